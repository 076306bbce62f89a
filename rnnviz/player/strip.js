// Level 1, the unrolled network: a column for each time step with its hidden state, its input and the best guess.

import { element, raster } from "./dom.js";
import { percent } from "./typeset.js";

const largest = (vector) => vector.reduce((best, value, k) => (value > vector[best] ? k : best), 0);

export function stripView({ trace, data, colours, select }) {
  const state = data.cell.state[0];
  const quantity = data.cell.equations.find(({ target }) => target === state).quantity;
  const colour = colours.of(quantity);

  const column = (t) => {
    const hidden = trace.at(state, t);
    const children = [
      raster(hidden.length, 1, (row) => colour(hidden[row]).rgb),
      element("span", { class: "token" }, data.labels[t]),
    ];
    if (data.notes.length) children.push(element("span", { class: "guess" }, data.notes[t]));
    if (data.readout) {
      const prediction = trace.at("y", t);
      const best = largest(prediction);
      const guess = element("span", { class: "guess" }, element("b", {}, data.readout.symbols[best]));
      guess.append(` ${percent(prediction[best])}`);
      children.push(guess);
    }
    return element("div", { class: "column", click: () => select({ timeStep: t }) }, ...children);
  };

  const columns = Array.from({ length: trace.sequenceLength }, (_, t) => column(t));
  const track = element("div", { class: "track" }, element("div", { class: "frame" }), ...columns);
  const root = element(
    "div",
    { class: "strip", role: "group", tabindex: "0", "aria-label": "The unrolled network, one column for each time step" },
    track,
  );
  return {
    element: root,
    update({ timeStep }) {
      const width = track.scrollWidth / columns.length;
      root.scrollLeft = (timeStep + 0.5) * width - root.clientWidth / 2;
    },
  };
}
