// What is read, and what each network expects next: one column for each time step, one row for each network.

import { largest } from "../../engine/arrays.js";
import { element, write } from "../../shell/dom.js";
import { Track } from "../../shell/track.js";
import { format, percentInShort } from "../../shell/typeset.js";

export function readingView(context) {
  const names = element("div", { class: "names" });
  const columns = new Track("What is read, one column for each time step", { column });
  let guessing = []; // the runs that guess: a row of each column for each

  function column(t) {
    const { data } = context;
    const note = data.notes.length ? [element("span", { class: "guess" }, data.notes[t])] : [];
    const guesses = guessing.map(() => element("span", { class: "guess" }));
    const token = element("span", { class: "token" }, data.labels[t]);
    const select = () => context.select({ timeStep: t });
    return { token, guesses, node: element("div", { class: "column", click: select }, token, ...note, ...guesses) };
  }

  return {
    element: element("div", { class: "reading" }, names, columns.element),
    load() {
      const { data, runs } = context;
      guessing = runs.filter(({ data: { readout } }) => readout);
      const lines = guessing.map(({ data: { cell } }) => element("span", {}, `${cell.title} expects`));
      names.replaceChildren(element("span", { class: "token" }, "Reads"), ...lines);
      names.hidden = !guessing.length;
      columns.columns = []; // what stands in them may be of another kind
      columns.load(data.labels.length);
    },
    paint() {
      guessing.forEach((run, place) => {
        const { symbols } = run.data.readout;
        columns.columns.forEach(({ guesses: { [place]: node } }, t) => {
          const [after, before] = [run.now, run.unchanged].map((trace) => trace.answer(t));
          const best = largest(after);
          node.classList.toggle("other", best !== largest(before));
          write(node, `${symbols[best]} ${percentInShort(after[best])}`);
        });
      });
      const { inputSymbols, inputScale } = context.runs[0].data;
      const read = new Map();
      for (const { kind, timeStep, index, value } of context.changes) {
        if (kind === "read") read.set(timeStep, inputSymbols[index]);
        if (kind === "input") read.set(timeStep, format(value / (inputScale || 1), 1));
      }
      columns.columns.forEach(({ token: node }, t) => {
        node.classList.toggle("other", read.has(t));
        write(node, read.get(t) ?? context.data.labels[t]);
      });
    },
    update: ({ timeStep }) => columns.centre(timeStep),
  };
}
