// How good a network became while it learned: a metric against steps, and the moments at which its weights were kept.

import { decode } from "../../engine/arrays.js";
import { element, pathThrough, svg } from "../../shell/dom.js";
import { format, percent } from "../../shell/typeset.js";

const [WIDTH, HEIGHT] = [600, 100];
const BEYOND_CHANCE = 2; // an error is drawn up to this many times that of chance; a start can be far worse

/** A value of the metric as it is read. */
export const valueInWords = ({ share }, value) => (share ? percent(value) : format(value));

export function progressView(context, choose) {
  const rules = element("div", { class: "rules", "aria-hidden": "true" });
  const line = svg("path", { class: "line", "vector-effect": "non-scaling-stroke" });
  const chart = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    line,
  );
  const dots = element("div", { class: "dots" });
  const cursor = element("div", { class: "cursor" });
  const picture = element("div", { class: "map", role: "img" }, chart, cursor, dots, rules);
  const [ticks, axis] = [element("div", { class: "ticks" }), element("div", { class: "axis" })];
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
    const down = (value) => (Number.isFinite(value) ? 1 - Math.min(1, value / top.value) : NaN);
    line.setAttribute(
      "d",
      pathThrough(Array.from(values, (value, k) => [across(steps[k]) * WIDTH, down(value) * HEIGHT])),
    );
    places = moments.map(({ step }) => across(step));
    dots.replaceChildren(
      ...places.map((place, k) =>
        element("i", { class: "dot", style: at(place, down(kept[k])), hidden: !Number.isFinite(kept[k]) }),
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
    axis.replaceChildren(...[0, last].map((step) => element("span", {}, `step ${step.toLocaleString("en")}`)));
    keys[0].textContent = `${progress.title} while learning, on new sequences`;
    keys[1].textContent = "on held-out sequences, where the weights were kept";
    picture.setAttribute("aria-label", `${progress.title} after each step of learning`);
  }

  return {
    element: element(
      "div",
      { class: "progress", style: `--variant: ${context.data.variant.colour}` },
      element("div", { class: "plot" }, ticks, picture, element("span", {}), axis),
      element("p", { class: "legend" }, ...keys),
    ),
    load() {
      const { data } = context;
      if (drawn !== data.progress) draw(data);
      drawn = data.progress;
      cursor.style.left = `${places[data.moment] * 100}%`;
      [...dots.children].forEach((dot, k) => dot.classList.toggle("chosen", k === data.moment));
    },
  };
}

/** How many steps have been made. */
export const lastStep = ({ progress, moments }) => Math.max(moments.at(-1).step, ...decode(progress.steps).slice(-1));

const at = (x, y) => `left: ${x * 100}%; top: ${y * 100}%`;
const rule = (text, y) => element("div", { class: "rule", style: `top: ${y * 100}%` }, element("span", {}, text));

/** Where the axis ends: {value, cut}, and whether some values lie beyond. */
function topOf({ share, better, chance, learned }, values) {
  if (share) return { value: 1, cut: false };
  const largest = Math.max(...values.filter(Number.isFinite), chance ?? 0, learned ?? 0) || 1;
  const enough = better === "smaller" && chance ? BEYOND_CHANCE * chance : Infinity;
  return largest > enough ? { value: enough, cut: true } : { value: largest, cut: false };
}
