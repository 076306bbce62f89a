// Level 1 backwards: a column for each time step with the gradient of its hidden state, reached from the right.

import { length } from "../../engine/arrays.js";
import { element, Raster, write } from "../../shell/dom.js";
import { drawColumns, Track } from "../../shell/track.js";
import { format } from "../../shell/typeset.js";

export function backStripView(context) {
  const raster = new Raster();
  const veil = element("div", { class: "veil" }); // over the steps that the walk has not reached
  const columns = new Track("The gradient, one column for each time step", {
    kind: "backwards",
    layers: [raster.canvas, veil],
    column,
    fill,
  });
  const caption = element("p", { class: "caption" });

  function column(t) {
    const token = element("span", { class: "token" });
    const size = element("span", { class: "guess", "data-quantity": "gradient_norm", "data-time-step": t });
    const node = element("div", { class: "column", click: () => context.select({ timeStep: t }) }, token, size);
    return { node, token, size };
  }

  function fill({ node, token, size }, t) {
    const { data, pass, cut: every } = context;
    const value = length(pass.at(data.cell.state[0], t));
    const cut = every && (t + 1) % every === 0 && t + 1 < data.labels.length;
    node.classList.toggle("cut", Boolean(cut));
    size.dataset.value = value;
    write(size, format(value));
    write(token, data.labels[t]);
  }

  return {
    element: columns.element,
    caption,
    load() {
      const { data, caption: about, trace, pass, cut: every, colours } = context;
      const [hidden] = data.cell.state;
      const colour = colours.of(data.gradientQuantity);
      drawColumns(raster, trace.hiddenSize, trace.sequenceLength, (t, unit) => colour(pass.at(hidden, t)[unit]));
      columns.load(trace.sequenceLength);
      const loss = data.readout
        ? "the surprise about the letter that came, in nats"
        : "half the square of the hidden state";
      const where = data.everyStep ? "summed over all steps" : "at the last step";
      const cut = every ? ` The gradient is cut every ${every} steps: the values pass, the gradient does not.` : "";
      caption.textContent =
        `${about} The loss is ${loss}, ${where}. Each column is dL/dh, the numbers are its length; ` +
        `the colours go by powers of ten from one millionth to one.${cut}`;
    },
    update({ timeStep }) {
      veil.style.width = `${(timeStep / context.trace.sequenceLength) * 100}%`;
      columns.centre(timeStep);
    },
  };
}
