// Level 1, the unrolled network: a column for each time step with its hidden state, its input and the best guess.

import { element, Raster } from "./dom.js";
import { percent } from "./typeset.js";

const largest = (vector) => vector.reduce((best, value, k) => (value > vector[best] ? k : best), 0);

// All states are one picture; of the pixels a time step is wide, those at its sides stay clear.
const [PIXELS, CLEAR] = [10, 2];

export function stripView(context) {
  const states = new Raster();
  const frame = element("div", { class: "frame" });
  const track = element("div", { class: "track" }, frame, states.canvas);
  const root = element(
    "div",
    { class: "strip", role: "group", tabindex: "0", "aria-label": "The unrolled network, one column for each time step" },
    track,
  );

  function column(t) {
    const { trace, data } = context;
    const children = [element("span", { class: "token" }, data.labels[t])];
    if (data.notes.length) children.push(element("span", { class: "guess" }, data.notes[t]));
    if (data.readout) {
      const prediction = trace.at("y", t);
      const best = largest(prediction);
      const share = ` ${percent(prediction[best])}`;
      children.push(element("span", { class: "guess" }, element("b", {}, data.readout.symbols[best]), share));
    }
    return element("div", { class: "column", click: () => context.select({ timeStep: t }) }, ...children);
  }

  return {
    element: root,
    load() {
      const { trace, data, colours, quantityOf } = context;
      const { sequenceLength, hiddenSize } = trace;
      const [state] = data.cell.state;
      const colour = colours.of(quantityOf(state));
      states.draw(hiddenSize, sequenceLength * PIXELS, (row, pixel) => {
        const place = pixel % PIXELS;
        if (place < CLEAR || place >= PIXELS - CLEAR) return 0;
        return colour(trace.at(state, Math.floor(pixel / PIXELS))[row]);
      });
      track.replaceChildren(frame, states.canvas, ...Array.from({ length: sequenceLength }, (_, t) => column(t)));
    },
    update({ timeStep }) {
      // At the end of the frame, when the layout is being made anyway.
      requestAnimationFrame(() => {
        const width = track.scrollWidth / context.trace.sequenceLength;
        root.scrollLeft = (timeStep + 0.5) * width - root.clientWidth / 2;
      });
    },
  };
}
