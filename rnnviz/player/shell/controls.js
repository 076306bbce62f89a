// Stepping: five buttons, a slider, the speed, and the legend of the colours.

import { assign, element, svg, write } from "./dom.js";

const ICONS = {
  first: "M4 4v12M16 4l-9 6 9 6z",
  previous: "M14 4l-9 6 9 6z",
  play: "M5 3l12 7-12 7z",
  pause: "M5 4v12M13 4v12",
  next: "M6 4l9 6-9 6z",
  last: "M16 4v12M4 4l9 6-9 6z",
};
export const SPEEDS = [0.5, 1, 2, 4];

const icon = (name) =>
  svg("svg", { viewBox: "0 0 20 20", "aria-hidden": "true", class: "icon" }, svg("path", { d: ICONS[name] }));

/** A button that shows an icon and is called by its label. */
export const button = (label, name, click) =>
  element("button", { type: "button", "aria-label": label, title: label, click }, icon(name));

/** The button that plays, called `label`, or pauses what plays: {element, update(playing)}. */
export function playButton(label, click) {
  const toggle = element("button", { type: "button", class: "primary", click });
  return {
    element: toggle,
    update(playing) {
      const [text, name] = playing ? ["Pause", "pause"] : [label, "play"];
      if (toggle.dataset.label === text) return;
      toggle.dataset.label = text;
      toggle.replaceChildren(icon(name), text);
    },
  };
}

/** A slider with its value beside its label. */
export const labelled = (label, output, slider) =>
  element(
    "label",
    { class: "field" },
    element("span", {}, label, " ", element("output", {}, output)),
    element("div", { class: "slide" }, slider),
  );

export function controlsView(context) {
  const { select, play, enlarge } = context;
  let current = 0;

  const first = button("First step", "first", () => select({ timeStep: 0 }));
  const previous = button("Previous step", "previous", () => select({ timeStep: current - 1 }));
  const next = button("Next step", "next", () => select({ timeStep: current + 1 }));
  const end = button("Last step", "last", () => select({ timeStep: Infinity }));
  const toggle = playButton("Play", () => play());
  const where = element("span", { class: "where settled" });
  const slider = element("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "Time step",
    input: () => select({ timeStep: slider.valueAsNumber }),
  });
  const speed = element(
    "select",
    { "aria-label": "Speed", title: "Speed", change: () => select({ speed: Number(speed.value) }) },
    ...SPEEDS.map((value) => element("option", { value }, `${value}×`)),
  );
  const larger = element(
    "button",
    { type: "button", class: "size", "aria-label": "Projector size", title: "Projector size", click: () => enlarge() },
    element("span", { "aria-hidden": "true" }, "A"),
    element("span", { "aria-hidden": "true" }, "A"),
  );

  return {
    element: element(
      "div",
      { class: "controls" },
      element("div", { class: "buttons" }, first, previous, toggle.element, next, end),
      element("div", {}, where),
      element("div", { class: "slide" }, slider),
      element("div", { class: "options" }, speed, larger),
    ),
    load() {
      assign(slider, { min: context.trace.firstStep ?? 0, max: context.trace.sequenceLength - 1 });
    },
    update({ timeStep, playing, speed: pace, larger: enlarged }) {
      const { trace, data } = context;
      current = timeStep;
      write(where, `Step ${timeStep + 1} of ${trace.sequenceLength}`);
      const ariaValueText = `${where.textContent}, ${data.labelKind} ${data.labels[timeStep]}`;
      assign(slider, { value: timeStep, ariaValueText });
      toggle.update(playing);
      assign(speed, { value: pace });
      assign(larger, { ariaPressed: enlarged });
    },
  };
}

/** A scale of colours, "signed" or "gate", with what its ends mean. */
export const scale = (kind, low, high) =>
  element("span", { class: "scale" }, low, element("span", { class: `ramp ${kind}` }), high);

/** What the colours mean: the scales that stand in this cell, with the values at their ends. */
export function legendView({ data }) {
  const gated = data.cell.equations.some(({ quantity }) => quantity.scale === "gate");
  return {
    element: element(
      "div",
      { class: "legend" },
      scale("signed", "negative", "positive"),
      ...(gated ? [scale("gate", "closed", "open")] : []),
    ),
    load() {},
    update() {},
  };
}
