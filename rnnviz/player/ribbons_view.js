// The two sentences, one above the other, and a ribbon from each word written to the words that it looked at.

import { element, svg } from "./dom.js";
import { percent } from "./typeset.js";

const HEIGHT = 120;
const FAINTEST = 0.02; // weights under this are not drawn; the table has them all

export function ribbonsView(context) {
  const [above, below] = ["read", "written"].map((kind) => element("div", { class: `words ${kind}` }));
  const picture = svg("svg", { class: "ribbons", "aria-hidden": "true", preserveAspectRatio: "none" });
  const root = element(
    "div",
    { class: "sentences", role: "group", "aria-label": "What is read, above, and what is written, below", tabindex: "0" },
    above,
    picture,
    below,
  );
  let pointed = null;

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
    const { run, words } = context;
    above.replaceChildren(
      ...words.map((word, j) => wordButton(word, `Read: ${word}`, () => context.select({ unit: j }), { column: j })),
    );
    below.replaceChildren(
      ...context.labels.map((word, t) =>
        wordButton(word, `Step ${t + 1}: ${word}`, () => context.select({ timeStep: t }), { row: t }),
      ),
    );
    picture.replaceChildren();
    picture.setAttribute("viewBox", `0 0 1 ${HEIGHT}`);
    if (!context.translator.looks) return;
    const [columns, rows] = [words.length, run.steps.length];
    const { width } = layout(columns, rows);
    picture.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    run.steps.forEach(({ values: { a } }, t) => {
      a.forEach((weight, j) => {
        if (weight < FAINTEST) return;
        const [x0, x1] = [centre(j, columns, width), centre(t, rows, width)];
        const half = Math.max(0.4, 9 * weight);
        const d =
          `M${x0 - half} 0C${x0 - half} ${HEIGHT / 2} ${x1 - half} ${HEIGHT / 2} ${x1 - half} ${HEIGHT}` +
          `H${x1 + half}C${x1 + half} ${HEIGHT / 2} ${x0 + half} ${HEIGHT / 2} ${x0 + half} 0Z`;
        picture.append(svg("path", { d, "data-row": t, "data-column": j, "data-weight": weight }));
      });
    });
  }

  /** Each line shares the width evenly, so that ribbons need no measuring. */
  function layout(columns, rows) {
    root.style.setProperty("--read", columns);
    root.style.setProperty("--written", rows);
    return { width: 1000 };
  }
  const centre = (place, count, width) => ((place + 0.5) / count) * width;

  function mark({ timeStep, unit }) {
    const row = pointed ? pointed.row : timeStep;
    const column = pointed?.column;
    for (const path of picture.children) {
      const on = column === undefined ? Number(path.dataset.row) === row : Number(path.dataset.column) === column;
      path.classList.toggle("on", on);
    }
    const weightOf = (j) => (row === undefined ? null : context.run.steps[row]?.values.a?.[j]);
    [...above.children].forEach((node, j) => {
      node.classList.toggle("chosen", j === unit);
      const weight = column === undefined ? weightOf(j) : null;
      node.style.setProperty("--weight", weight ?? Number(column === j));
      node.title = weight === null || weight === undefined ? "" : percent(weight);
    });
    requestAnimationFrame(() => {
      const middle = ((timeStep + 0.5) / context.run.steps.length) * root.scrollWidth;
      root.scrollLeft = middle - root.clientWidth / 2;
    });
    [...below.children].forEach((node, t) => {
      node.classList.toggle("chosen", t === timeStep);
      node.setAttribute("aria-pressed", String(t === timeStep));
      const weight = column === undefined ? Number(t === row) : (context.run.steps[t].values.a?.[column] ?? 0);
      node.style.setProperty("--weight", weight);
    });
  }

  return { element: root, load: build, update: mark };
}
