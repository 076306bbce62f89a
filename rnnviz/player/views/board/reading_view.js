// What is read, and what each network expects next: one column for each time step, one row for each network.

import { largest } from "../../engine/arrays.js";
import { element, write } from "../../shell/dom.js";
import { format, percent } from "../../shell/typeset.js";

export function readingView(context) {
  const frame = element("div", { class: "frame" });
  const track = element("div", { class: "track" }, frame);
  const names = element("div", { class: "names" });
  const strip = element(
    "div",
    { class: "strip", role: "group", tabindex: "0", "aria-label": "What is read, one column for each time step" },
    track,
  );
  let tokens = []; // the element of what is read, for each time step
  let guesses = []; // the elements of a network's row, for each network that guesses
  let centred = null;

  function column(t) {
    const { data } = context;
    const note = data.notes.length ? [element("span", { class: "guess" }, data.notes[t])] : [];
    const mine = guesses.map((row) => (row[t] = element("span", { class: "guess" })));
    const token = (tokens[t] = element("span", { class: "token" }, data.labels[t]));
    return element("div", { class: "column", click: () => context.select({ timeStep: t }) }, token, ...note, ...mine);
  }

  return {
    element: element("div", { class: "reading" }, names, strip),
    load() {
      const { data, runs } = context;
      const guessing = runs.filter(({ data: { readout } }) => readout);
      [tokens, guesses, centred] = [[], guessing.map(() => []), null];
      const lines = guessing.map(({ data: { cell } }) => element("span", {}, `${cell.title} expects`));
      names.replaceChildren(element("span", { class: "token" }, "Reads"), ...lines);
      names.hidden = !guessing.length;
      const columns = Array.from({ length: data.labels.length }, (_, t) => column(t));
      track.replaceChildren(frame, ...columns);
    },
    paint() {
      const guessing = context.runs.filter(({ data: { readout } }) => readout);
      guessing.forEach((run, place) => {
        const { symbols } = run.data.readout;
        guesses[place].forEach((node, t) => {
          const [after, before] = [run.now, run.unchanged].map((trace) => trace.answer(t));
          const best = largest(after);
          node.classList.toggle("other", best !== largest(before));
          write(node, `${symbols[best]} ${percent(after[best])}`);
        });
      });
      const { inputSymbols, inputScale } = context.runs[0].data;
      const read = new Map();
      for (const { kind, timeStep, index, value } of context.changes) {
        if (kind === "read") read.set(timeStep, inputSymbols[index]);
        if (kind === "input") read.set(timeStep, format(value / (inputScale || 1), 1));
      }
      tokens.forEach((node, t) => {
        node.classList.toggle("other", read.has(t));
        write(node, read.get(t) ?? context.data.labels[t]);
      });
    },
    update({ timeStep }) {
      if (timeStep === centred) return;
      centred = timeStep;
      requestAnimationFrame(() => {
        const width = track.scrollWidth / context.data.labels.length;
        strip.scrollLeft = (timeStep + 0.5) * width - strip.clientWidth / 2;
      });
    },
  };
}
