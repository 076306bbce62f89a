// Level 1, the unrolled network: a column for each time step with its hidden state, its input and the answer.

import { isWanted } from "../../engine/losses.js";
import { answerOf, mostSurprising, rightOf } from "../../shell/answers.js";
import { element, Raster, write } from "../../shell/dom.js";
import { drawColumns, Track } from "../../shell/track.js";
import { percent, percentInShort } from "../../shell/typeset.js";

const SHORT = 2; // longer answers take a line of their own

export function stripView(context) {
  const states = new Raster();
  const columns = new Track("The unrolled network, one column for each time step", {
    layers: [states.canvas],
    column,
    fill,
  });

  const about = element("p", { class: "caption" });
  /** @type {ReturnType<typeof mostSurprising>} */
  let surprising = null; // what is marked

  function column(t) {
    const [token, note, guess, right] = ["token", "guess", "guess", "right"].map((kind) =>
      element("span", { class: kind }),
    );
    const [answer, share, symbol, chance] = ["b", "span", "b", "span"].map((tag) => element(tag));
    guess.append(answer, " ", share);
    right.append(symbol, " ", chance);
    const select = () => context.select({ timeStep: t });
    const node = element("div", { class: "column", click: select }, token, note, guess, right);
    return { node, token, note, guess, answer, share, right, symbol, chance };
  }

  function fill({ token, note, guess, answer, share, right, symbol, chance }, t) {
    const { trace, data } = context;
    const { readout } = data;
    write(token, data.labels[t]);
    note.hidden = !data.notes.length;
    write(note, data.notes[t] ?? "");
    guess.hidden = !readout || !isWanted(readout, t);
    if (!guess.hidden) {
      const said = answerOf(readout, trace.answer(t), percentInShort);
      write(answer, said.answer);
      write(share, said.share);
    }
    const found = readout && rightOf(readout, trace.answer(t), t);
    right.hidden = !found;
    if (!found) return;
    right.classList.toggle("surprising", t === surprising?.timeStep);
    write(symbol, found.symbol);
    write(chance, percentInShort(found.probability));
    Object.assign(right.dataset, { quantity: "prediction", unit: readout.targets[t], value: found.probability });
  }

  /** What stands under the letters, and which of them surprised the network most. */
  function words({ timeStep, symbol, probability }) {
    const { readout, labels, labelKind } = context.data;
    const [above, below, verb] = readout.wanted
      ? ["the likeliest answer", "the right one", "is wanted"]
      : ["the best guess for the next", "the one that came", "came"];
    return (
      `Under each ${labelKind} ${above}, and below it ${below}, each with its probability. ` +
      `Most surprising (▲): at step ${timeStep + 1}, after “${labels[timeStep]}”, “${symbol}” ${verb}, ` +
      `to which the network gave ${percent(probability)}.`
    );
  }

  return {
    element: element("div", {}, columns.element, about),
    load() {
      const { trace, data, colours, quantityOf } = context;
      const [state] = data.cell.state;
      const colour = colours.of(quantityOf(state));
      const rows = trace.rows(state);
      drawColumns(states, trace.hiddenSize, trace.sequenceLength, (t, unit) => colour(rows[t][unit]));
      surprising = data.readout ? mostSurprising(data.readout, trace) : null;
      columns.load(trace.sequenceLength);
      const wordy = data.readout?.symbols.some((symbol) => symbol.length > SHORT) ?? false;
      columns.track.classList.toggle("wordy", wordy);
      about.hidden = surprising === null;
      if (surprising) write(about, words(surprising));
    },
    update: ({ timeStep }) => columns.centre(timeStep),
  };
}
