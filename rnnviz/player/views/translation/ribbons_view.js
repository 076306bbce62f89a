// The two sentences, one above the other, and a ribbon from each word written to the words that it looked at.

import { changes, element, svg } from "../../shell/dom.js";
import { centring } from "../../shell/track.js";
import { percent } from "../../shell/typeset.js";

const [WIDTH, HEIGHT] = [1000, 120];
const FAINTEST = 0.02; // weights under this are not drawn; the table has them all

export function ribbonsView(context) {
  const [above, below] = ["read", "written"].map((kind) => element("div", { class: `words ${kind}` }));
  const picture = svg("svg", { class: "ribbons", "aria-hidden": "true", preserveAspectRatio: "none" });
  const root = element(
    "div",
    {
      class: "sentences",
      role: "group",
      "aria-label": "What is read, above, and what is written, below",
      tabindex: "0",
    },
    above,
    picture,
    below,
  );
  const otherWords = changes();
  const centre = centring(root, () => context.run.steps.length);
  let pointed = null;
  let paths = []; // by step, then by word read

  function wordButton(text, label, click, point) {
    return element(
      "button",
      {
        type: "button",
        class: "word",
        "aria-label": label,
        click,
        pointerenter: () => pointAt(point),
        pointerleave: () => pointAt(null),
        focus: () => pointAt(point),
        blur: () => pointAt(null),
      },
      text,
    );
  }

  function pointAt(point) {
    pointed = point;
    mark(context.shown());
  }

  function build() {
    const { run, words, labels, translator } = context;
    if (otherWords(JSON.stringify([words, labels, translator.looks]))) lay();
    if (!translator.looks) return;
    run.steps.forEach((_, t) => {
      context.at("alignment", t).forEach((weight, j) => {
        const path = paths[t][j];
        path.dataset.weight = weight;
        path.setAttribute("d", weight < FAINTEST ? "" : ribbon(j / words.length, t / run.steps.length, weight));
      });
    });
  }

  function lay() {
    const { run, words, labels, translator } = context;
    root.classList.toggle("blind", !translator.looks);
    root.style.setProperty("--read", words.length);
    root.style.setProperty("--written", labels.length);
    above.replaceChildren(
      ...words.map((word, j) => wordButton(word, `Read: ${word}`, () => context.select({ unit: j }), { column: j })),
    );
    below.replaceChildren(
      ...labels.map((word, t) =>
        wordButton(word, `Step ${t + 1}: ${word}`, () => context.select({ timeStep: t }), { row: t }),
      ),
    );
    const path = (t, j) => svg("path", { "data-row": t, "data-column": j });
    paths = translator.looks ? run.steps.map((_, t) => words.map((_, j) => path(t, j))) : [];
    picture.setAttribute("viewBox", `0 0 ${WIDTH} ${HEIGHT}`);
    picture.replaceChildren(...paths.flat());
  }

  /** From the middle of a word above to that of a word below: each line shares the width evenly. */
  function ribbon(from, to, weight) {
    const { words, labels } = context;
    const half = Math.max(0.4, 9 * weight);
    const [x0, x1] = [WIDTH * (from + 0.5 / words.length), WIDTH * (to + 0.5 / labels.length)];
    return (
      `M${x0 - half} 0C${x0 - half} ${HEIGHT / 2} ${x1 - half} ${HEIGHT / 2} ${x1 - half} ${HEIGHT}` +
      `H${x1 + half}C${x1 + half} ${HEIGHT / 2} ${x0 + half} ${HEIGHT / 2} ${x0 + half} 0Z`
    );
  }

  function mark({ timeStep, unit }) {
    const row = pointed ? pointed.row : timeStep;
    const column = pointed?.column;
    for (const path of picture.children) {
      const on = column === undefined ? Number(path.dataset.row) === row : Number(path.dataset.column) === column;
      path.classList.toggle("on", on);
    }
    const weightOf = (j) =>
      row === undefined || row >= context.run.steps.length ? null : context.at("alignment", row)?.[j];
    [...above.children].forEach((node, j) => {
      node.classList.toggle("chosen", j === unit);
      const weight = column === undefined ? weightOf(j) : null;
      node.style.setProperty("--weight", weight ?? Number(column === j));
      node.title = weight === null || weight === undefined ? "" : percent(weight);
    });
    centre(timeStep);
    [...below.children].forEach((node, t) => {
      node.classList.toggle("chosen", t === timeStep);
      node.setAttribute("aria-pressed", String(t === timeStep));
      const weight = column === undefined ? Number(t === row) : (context.at("alignment", t)?.[column] ?? 0);
      node.style.setProperty("--weight", weight);
    });
  }

  return { element: root, load: build, update: mark };
}
