// Level 1, the unrolled network: a column for each time step with its hidden state, its input and the answer.

import { isWanted } from "../../engine/losses.js";
import { answerOf } from "../../shell/answers.js";
import { element, Raster, write } from "../../shell/dom.js";
import { drawColumns, Track } from "../../shell/track.js";

const SHORT = 2; // longer answers take a line of their own

export function stripView(context) {
  const states = new Raster();
  const columns = new Track("The unrolled network, one column for each time step", {
    layers: [states.canvas],
    column,
    fill,
  });

  function column(t) {
    const [token, note, guess] = ["token", "guess", "guess"].map((kind) => element("span", { class: kind }));
    const [answer, share] = [element("b"), element("span")];
    guess.append(answer, " ", share);
    const node = element("div", { class: "column", click: () => context.select({ timeStep: t }) }, token, note, guess);
    return { node, token, note, guess, answer, share };
  }

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
    element: columns.element,
    load() {
      const { trace, data, colours, quantityOf } = context;
      const [state] = data.cell.state;
      const colour = colours.of(quantityOf(state));
      const rows = trace.rows(state);
      drawColumns(states, trace.hiddenSize, trace.sequenceLength, (t, unit) => colour(rows[t][unit]));
      columns.load(trace.sequenceLength);
      const wordy = data.readout?.symbols.some((symbol) => symbol.length > SHORT) ?? false;
      columns.track.classList.toggle("wordy", wordy);
    },
    update: ({ timeStep }) => columns.centre(timeStep),
  };
}
