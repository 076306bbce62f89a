// One step of the decoder made of its values: every word read with its annotation, score and weight; then what the decoder
// has, what it takes from the input, and what it makes of both. Below, one word's score and weight with their numbers.

import { element, math, Raster, write } from "../../shell/dom.js";
import { evaluate, rowOf } from "../../engine/matrices.js";
import { format, mathSymbol, percent } from "../../shell/typeset.js";

const VECTORS = ["h", "m", "q"];

export function lookingView(context) {
  const table = element("table", { class: "looking-table" });
  const vectors = element("div", { class: "vectors" });
  const formula = element("div", { class: "lines", tabindex: "0", role: "group", "aria-label": "Score and weight in numbers" });
  const sentence = element("p", { class: "sentence" });
  const root = element(
    "section",
    { class: "card looking" },
    element("h2", {}, "Inside this step"),
    element("div", { class: "scroller", tabindex: "0", role: "group", "aria-label": "Words read, and their weights" }, table),
    vectors,
    element("div", { class: "formula" }, formula, sentence),
  );
  let rows = [];
  let strips = [];
  let drawn = null; // the annotations that are in the table

  const canvasCell = (raster) => element("div", { class: "strip-of" }, raster.canvas);
  const quantity = (letter) => context.data.quantities[letter];

  function rowFor(word, j) {
    const raster = new Raster();
    const parts = {
      score: element("td", { class: "number" }),
      bar: element("span", { class: "bar" }),
      share: element("span", { class: "share" }),
    };
    const node = element(
      "tr",
      { click: () => context.select({ unit: j }) },
      element("th", { scope: "row" }, word),
      element("td", {}, canvasCell(raster)),
      parts.score,
      element("td", { class: "weighted" }, element("span", { class: "bar-track" }, parts.bar), parts.share),
    );
    return { ...parts, raster, node };
  }

  function heading() {
    const titles = context.translator.looks
      ? ["Word read", `${quantity("S").title} S`, `${quantity("e").title} e`, `${quantity("a").title} a`]
      : ["Word read", `${quantity("S").title} S`];
    return element("thead", {}, element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, title))));
  }

  function load() {
    const { words, run, colours, translator } = context;
    if (drawn === run.annotations) return;
    drawn = run.annotations;
    rows = words.map(rowFor);
    table.replaceChildren(heading(), element("tbody", {}, ...rows.map(({ node }) => node)));
    table.classList.toggle("blind", !translator.looks);
    const colour = colours.of(quantity("S"));
    rows.forEach(({ raster }, j) => {
      const annotation = rowOf(run.annotations, j);
      raster.draw(1, annotation.length, (_, k) => colour(annotation[k]));
    });
    strips = VECTORS.map((letter) => {
      const raster = new Raster();
      return { letter, raster };
    });
    vectors.replaceChildren(
      ...strips.map(({ letter, raster }) =>
        element(
          "div",
          { class: "vector", title: quantity(letter).meaning },
          element("span", { class: "name" }, `${quantity(letter).title} `, element("i", {}, letter)),
          canvasCell(raster),
        ),
      ),
    );
  }

  function update({ timeStep, unit }) {
    const { values } = context.run.steps[timeStep];
    const { colours, translator } = context;
    for (const { letter, raster } of strips) {
      const vector = letter === "h" ? values[translator.cell.state[0]] : values[letter];
      const colour = colours.of(quantity(letter));
      raster.draw(1, vector.length, (_, k) => colour(vector[k]));
    }
    rows.forEach(({ node, score, bar, share }, j) => {
      node.classList.toggle("chosen", j === unit);
      if (!translator.looks) return;
      Object.assign(score.dataset, { quantity: "attention_scores", unit: j, value: values.e[j] });
      Object.assign(share.dataset, { quantity: "alignment", unit: j, value: values.a[j] });
      write(score, format(values.e[j]));
      bar.style.transform = `scaleX(${values.a[j]})`;
      write(share, format(values.a[j]));
    });
    explain(values, timeStep, unit);
  }

  function explain(values, timeStep, unit) {
    const { translator, words, labels, run } = context;
    if (!translator.looks) {
      formula.replaceChildren(row(mathSymbol({ value: "m" }), operator("="), math("mi", {}, "s")));
      write(sentence, "Without attention every step gets the same summary: the last state of each direction.");
      return;
    }
    const annotation = rowOf(run.annotations, unit);
    const h = values[translator.cell.state[0]];
    const [score, weight] = [values.e[unit], values.a[unit]];
    const asked = context.meddled(timeStep);
    const number = (value, name) => math("mn", name ? { "data-quantity": name, "data-value": value } : {}, format(value));
    formula.replaceChildren(
      row(indexed("e", unit), operator("="), ...scoreOf(annotation, h), operator("="), number(score, "score")),
      asked
        ? row(indexed("a", unit), operator("="), number(weight, "weight"), math("mtext", {}, " (set by you)"))
        : row(
            indexed("a", unit),
            operator("="),
            math("mfrac", {}, exponential(score), math("mrow", {}, ...sumOf(values.e))),
            operator("="),
            number(weight, "weight"),
          ),
    );
    const said = labels[timeStep];
    const sure = values.y[run.steps[timeStep].said];
    write(
      sentence,
      `${percent(weight)} of what “${words[unit]}” left behind goes into the context; ` +
        `with it the decoder says “${said}” with a probability of ${percent(sure)}.`,
    );
  }

  /** The score of one word, as products where it is a sum of them. */
  function scoreOf(annotation, h) {
    const { attention } = context.translator.equations;
    const score = attention.find(({ target }) => target === "e").expression;
    const products = score.function === "@" && score.arguments[0].value === "S";
    if (!products) return [math("mtext", {}, "v · tanh(U s + W h)")];
    const right = evaluate(score.arguments[1], { ...context.translator.weights.attention, h });
    const terms = Array.from(annotation, (value, k) => [k, value * right[k]]);
    const largest = terms.toSorted(([, a], [, b]) => Math.abs(b) - Math.abs(a)).slice(0, 3);
    const rest = terms.reduce((sum, [, value]) => sum + value, 0) - largest.reduce((sum, [, value]) => sum + value, 0);
    return [
      ...largest.flatMap(([k], place) => [
        ...(place ? [operator("+")] : []),
        math("mtext", {}, `(${format(annotation[k])})(${format(right[k])})`),
      ]),
      operator("+"),
      math("mtext", {}, `${format(rest)} (the other ${terms.length - largest.length} products)`),
    ];
  }

  const operator = (text) => math("mo", {}, text);
  const row = (...children) => math("math", { display: "block" }, math("mrow", {}, ...children));
  const indexed = (letter, j) => math("msub", {}, math("mi", {}, letter), math("mn", {}, String(j + 1)));
  const exponential = (value) => math("msup", {}, math("mi", {}, "e"), math("mn", {}, format(value)));
  const sumOf = (scores) =>
    Array.from(scores).flatMap((score, k) => [...(k ? [operator("+")] : []), exponential(score)]);

  return { element: root, load, update };
}
