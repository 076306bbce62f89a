// How good a network became while it learned: a metric against steps, and the moments at which its weights were kept.

import { decode } from "../../engine/arrays.js";
import { element } from "../../shell/dom.js";
import { endsOf, framed, linear, Plot, placed } from "../../shell/plots.js";
import { format, percent } from "../../shell/typeset.js";

const WIDE = 600;
const BEYOND_CHANCE = 2; // an error is drawn up to this many times that of chance; a start can be far worse

/** A value of the metric as it is read. */
export const valueInWords = ({ share }, value) => (share ? percent(value) : format(value));

export function progressView(context, choose) {
  const rules = element("div", { class: "rules", "aria-hidden": "true" });
  const plot = new Plot(["line"], { wide: WIDE });
  const dots = element("div", { class: "dots" });
  const cursor = element("div", { class: "cursor" });
  const picture = element("div", { class: "map", role: "img" }, plot.element, cursor, dots, rules);
  const { element: frame, ticks, axis } = framed(picture);
  const keys = [element("span", { class: "key answered" }), element("span", { class: "key dot" })];
  let drawn = null;
  let places = []; // of the moments, from left to right: shares of the width

  const drag = (event) => {
    const box = picture.getBoundingClientRect();
    const x = (event.clientX - box.left) / box.width;
    const distances = places.map((place) => Math.abs(place - x));
    choose(distances.indexOf(Math.min(...distances)));
  };
  picture.addEventListener("pointerdown", (event) => {
    picture.setPointerCapture(event.pointerId);
    drag(event);
  });
  picture.addEventListener("pointermove", (event) => {
    if (picture.hasPointerCapture(event.pointerId)) drag(event);
  });

  function draw({ progress, moments, metrics }) {
    const [steps, values, kept] = [progress.steps, progress.values, metrics].map(decode);
    const last = lastStep({ progress, moments });
    const top = topOf(progress, [...values, ...kept]);
    const across = (step) => (last ? step / last : 0.5);
    const scale = linear([0, top.value]);
    const down = (value) => (Number.isFinite(value) ? scale(value) : NaN);
    plot.line(0, values, down, (k) => across(steps[k]) * WIDE);
    places = moments.map(({ step }) => across(step));
    dots.replaceChildren(
      ...places.map((place, k) =>
        element("i", { class: "dot", style: placed(place, down(kept[k])), hidden: !Number.isFinite(kept[k]) }),
      ),
    );
    const words = (value) => valueInWords(progress, value);
    rules.replaceChildren(
      ...["chance", "learned"]
        .filter((name) => progress[name] !== null)
        .map((name) => rule(`${name}\n${words(progress[name])}`, down(progress[name]))),
    );
    ticks.replaceChildren(
      element("span", { style: "top: 0" }, `${top.cut ? "≥ " : ""}${words(top.value)}`),
      element("span", { style: "top: 100%" }, progress.share ? "0 %" : "0"),
    );
    axis.replaceChildren(...endsOf("step 0", `step ${last.toLocaleString("en")}`));
    keys[0].textContent = `${progress.title} while learning, on new sequences`;
    keys[1].textContent = "on held-out sequences, where the weights were kept";
    picture.setAttribute("aria-label", `${progress.title} after each step of learning`);
  }

  return {
    element: element(
      "div",
      { class: "progress", style: `--variant: ${context.data.variant.colour}` },
      frame,
      element("p", { class: "legend" }, ...keys),
    ),
    load() {
      const { data } = context;
      if (drawn !== data.progress) draw(data);
      drawn = data.progress;
      cursor.style.left = `${places[data.moment] * 100}%`;
      for (const [k, dot] of [...dots.children].entries()) dot.classList.toggle("chosen", k === data.moment);
    },
  };
}

/** How many steps have been made. */
export const lastStep = ({ progress, moments }) => Math.max(moments.at(-1).step, ...decode(progress.steps).slice(-1));

const rule = (text, y) => element("div", { class: "rule", style: `top: ${y * 100}%` }, element("span", {}, text));

/** Where the axis ends: {value, cut}, and whether some values lie beyond. */
function topOf({ share, better, chance, learned }, values) {
  if (share) return { value: 1, cut: false };
  const largest = Math.max(...values.filter(Number.isFinite), chance ?? 0, learned ?? 0) || 1;
  const enough = better === "smaller" && chance ? BEYOND_CHANCE * chance : Infinity;
  return largest > enough ? { value: enough, cut: true } : { value: largest, cut: false };
}
