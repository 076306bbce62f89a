// Level 1, the unrolled network: a column for each time step with its hidden state, its input and the answer.

import { isWanted } from "../../engine/losses.js";
import { answerOf } from "../../shell/answers.js";
import { element, Raster, write } from "../../shell/dom.js";

// All states are one picture; of the pixels a time step is wide, those at its sides stay clear.
const [PIXELS, CLEAR] = [10, 2];
const SHORT = 2; // longer answers take a line of their own

export function stripView(context) {
  const states = new Raster();
  const frame = element("div", { class: "frame" });
  const track = element("div", { class: "track" }, frame, states.canvas);
  const root = element(
    "div",
    {
      class: "strip",
      role: "group",
      tabindex: "0",
      "aria-label": "The unrolled network, one column for each time step",
    },
    track,
  );
  let columns = [];

  function column(t) {
    const [token, note, guess] = ["token", "guess", "guess"].map((kind) => element("span", { class: kind }));
    const [answer, share] = [element("b"), element("span")];
    guess.append(answer, " ", share);
    const node = element("div", { class: "column", click: () => context.select({ timeStep: t }) }, token, note, guess);
    return { node, token, note, guess, answer, share };
  }

  /** Put the numbers in; the columns stay while there are as many steps. */
  function fill({ token, note, guess, answer, share }, t) {
    const { trace, data } = context;
    const { readout } = data;
    write(token, data.labels[t]);
    note.hidden = !data.notes.length;
    write(note, data.notes[t] ?? "");
    guess.hidden = !readout || !isWanted(readout, t);
    if (guess.hidden) return;
    const said = answerOf(readout, trace.answer(t));
    write(answer, said.answer);
    write(share, said.share);
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
      if (columns.length !== sequenceLength) {
        columns = Array.from({ length: sequenceLength }, (_, t) => column(t));
        track.replaceChildren(frame, states.canvas, ...columns.map(({ node }) => node));
      }
      columns.forEach(fill);
      track.classList.toggle("wordy", data.readout?.symbols.some((symbol) => symbol.length > SHORT) ?? false);
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
