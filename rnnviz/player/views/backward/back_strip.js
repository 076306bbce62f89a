// Level 1 backwards: a column for each time step with the gradient of its hidden state, reached from the right.

import { length } from "../../engine/arrays.js";
import { element, Raster, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";

const [PIXELS, CLEAR] = [10, 2];

export function backStripView(context) {
  const raster = new Raster();
  const frame = element("div", { class: "frame" });
  const veil = element("div", { class: "veil" }); // over the steps that the walk has not reached
  const track = element("div", { class: "track backwards" }, frame, raster.canvas, veil);
  const root = element(
    "div",
    { class: "strip", role: "group", tabindex: "0", "aria-label": "The gradient, one column for each time step" },
    track,
  );
  const caption = element("p", { class: "caption" });
  let columns = [];
  function column(t) {
    const token = element("span", { class: "token" });
    const size = element("span", { class: "guess", "data-quantity": "gradient_norm", "data-time-step": t });
    const node = element("div", { class: "column", click: () => context.select({ timeStep: t }) }, token, size);
    return { node, token, size };
  }

  /** Put the numbers in; the columns stay while there are as many steps. */
  function fill({ node, token, size }, t) {
    const { data, pass } = context;
    const value = length(pass.at(data.cell.state[0], t));
    const cut = data.truncate && (t + 1) % data.truncate === 0 && t + 1 < data.labels.length;
    node.classList.toggle("cut", Boolean(cut));
    size.dataset.value = value;
    write(size, format(value));
    write(token, data.labels[t]);
  }

  return {
    element: root,
    caption,
    load() {
      const { data, trace, pass, colours } = context;
      const [hidden] = data.cell.state;
      const colour = colours.of(data.gradientQuantity);
      raster.draw(trace.hiddenSize, trace.sequenceLength * PIXELS, (row, pixel) => {
        const place = pixel % PIXELS;
        if (place < CLEAR || place >= PIXELS - CLEAR) return 0;
        return colour(pass.at(hidden, Math.floor(pixel / PIXELS))[row]);
      });
      if (columns.length !== trace.sequenceLength) {
        columns = Array.from({ length: trace.sequenceLength }, (_, t) => column(t));
        track.replaceChildren(frame, raster.canvas, veil, ...columns.map(({ node }) => node));
      }
      columns.forEach(fill);
      const loss = data.readout
        ? "the surprise about the letter that came, in nats"
        : "half the square of the hidden state";
      const where = data.everyStep ? "summed over all steps" : "at the last step";
      const cut = data.truncate
        ? ` The gradient is cut every ${data.truncate} steps: the values pass, the gradient does not.`
        : "";
      caption.textContent =
        `${data.caption} The loss is ${loss}, ${where}. Each column is dL/dh, the numbers are its length; ` +
        `the colours go by powers of ten from one millionth to one.${cut}`;
    },
    update({ timeStep }) {
      veil.style.width = `${(timeStep / context.trace.sequenceLength) * 100}%`;
      requestAnimationFrame(() => {
        const width = track.scrollWidth / context.trace.sequenceLength;
        root.scrollLeft = (timeStep + 0.5) * width - root.clientWidth / 2;
      });
    },
  };
}
