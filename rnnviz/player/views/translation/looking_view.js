// One step of the decoder made of its values: every word read with its annotation, score and weight; then what the decoder
// has, what it takes from the input, and what it makes of both. Below, one word's score and weight with their numbers.

import { rowOf } from "../../engine/arrays.js";
import { evaluate } from "../../engine/expressions.js";
import { scale } from "../../shell/controls.js";
import { element, math, Raster, refill, write } from "../../shell/dom.js";
import { plainly } from "../../shell/plots.js";
import { format, mathSymbol, percent, tokens } from "../../shell/typeset.js";

const VECTORS = ["state", "context", "attentional"]; // roles, as all names of values here
const OF_EACH_WORD = ["annotations", "scores", "alignment"];
const SHOWN = 3; // of the products in a score

export function lookingView(context) {
  const table = element("table", { class: "looking-table" });
  const vectors = element("div", { class: "vectors" });
  const formula = element("div", {
    class: "lines",
    tabindex: "0",
    role: "group",
    "aria-label": "Score and weight in numbers",
  });
  const sentence = element("p", { class: "sentence" });
  const legend = element("p", { class: "legend" });
  const root = element(
    "section",
    { class: "card looking" },
    element("h2", {}, "Inside this step"),
    element(
      "div",
      { class: "scroller", tabindex: "0", role: "group", "aria-label": "Words read, and their weights" },
      table,
    ),
    vectors,
    legend,
    element("div", { class: "formula" }, formula, sentence),
  );
  let rows = [];
  let strips = [];
  let drawn = null; // the annotations that are in the table

  const canvasCell = (raster) => element("div", { class: "strip-of" }, raster.canvas);
  const quantity = (role) => context.data.quantities[role];
  const letter = (role) => context.data.roles[role];

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
    const shown = context.translator.looks ? OF_EACH_WORD : OF_EACH_WORD.slice(0, 1);
    const titles = ["Word read", ...shown.map((role) => `${quantity(role).title} ${letter(role)}`)];
    return element(
      "thead",
      {},
      element("tr", {}, ...titles.map((title) => element("th", { scope: "col" }, ...context.explain(title)))),
    );
  }

  function load() {
    const { words, run, colours, translator } = context;
    if (drawn === run.annotations) return;
    drawn = run.annotations;
    rows = words.map(rowFor);
    table.replaceChildren(heading(), element("tbody", {}, ...rows.map(({ node }) => node)));
    table.classList.toggle("blind", !translator.looks);
    table.style.setProperty("--letters", Math.max(...words.map((word) => word.length)));
    const colour = colours.of(quantity("annotations"));
    rows.forEach(({ raster }, j) => {
      const annotation = rowOf(run.annotations, j);
      raster.draw(1, annotation.length, (_, k) => colour(annotation[k]));
    });
    legend.replaceChildren(scale("signed", ...quantity("annotations").colourRange.map(plainly)));
    strips = VECTORS.map((role) => ({ role, raster: new Raster() }));
    vectors.replaceChildren(
      ...strips.map(({ role, raster }) =>
        element(
          "div",
          { class: "vector" },
          element(
            "span",
            { class: "name" },
            ...context.explain(`${quantity(role).title} `),
            element("i", {}, letter(role)),
          ),
          canvasCell(raster),
        ),
      ),
    );
  }

  function update({ timeStep, unit }) {
    const { at, colours, translator } = context;
    for (const { role, raster } of strips) {
      const vector = at(role, timeStep);
      const colour = colours.of(quantity(role));
      raster.draw(1, vector.length, (_, k) => colour(vector[k]));
    }
    const [scores, weights] = ["scores", "alignment"].map((role) => at(role, timeStep));
    rows.forEach(({ node, score, bar, share }, j) => {
      node.classList.toggle("chosen", j === unit);
      if (!translator.looks) return;
      Object.assign(score.dataset, { quantity: "attention_scores", unit: j, value: scores[j] });
      Object.assign(share.dataset, { quantity: "alignment", unit: j, value: weights[j] });
      write(score, format(scores[j]));
      bar.style.transform = `scaleX(${weights[j]})`;
      write(share, percent(weights[j]));
    });
    explain(timeStep, unit);
  }

  function explain(timeStep, unit) {
    const { at, translator, words, labels, run } = context;
    if (!translator.looks) {
      refill(formula, row(symbolOf({ value: letter("context") }), operator("="), ...symbolsOf("context")));
      write(sentence, "Without attention every step gets the same summary: the last state of each direction.");
      return;
    }
    const [score, weight] = ["scores", "alignment"].map((role) => at(role, timeStep)[unit]);
    const number = (value, name) => math("mn", { "data-quantity": name, "data-value": value }, format(value));
    const scored = row(
      indexed("scores", unit),
      operator("="),
      ...symbolsOf("scores", unit),
      ...productsOf(timeStep, unit),
      operator("="),
      number(score, "score"),
    );
    const weighted = context.meddled(timeStep)
      ? row(indexed("alignment", unit), operator("="), number(weight, "weight"), math("mtext", {}, " (set by you)"))
      : row(
          indexed("alignment", unit),
          operator("="),
          ...(sharesOf(timeStep, unit) ?? symbolsOf("alignment", unit)),
          operator("="),
          number(weight, "weight"),
        );
    refill(formula, scored, weighted);
    const said = labels[timeStep];
    const sure = at("answer", timeStep)[run.steps[timeStep].said];
    write(
      sentence,
      `Of what “${words[unit]}” left behind, ${percent(weight)} goes into the context; ` +
        `with it the decoder says “${said}” with a probability of ${percent(sure)}.`,
    );
  }

  /** The right side of a role's equation. */
  function expressionOf(role) {
    return context.translator.equations.attention.find(({ target }) => target === letter(role)).expression;
  }

  /** It in symbols, for one word. */
  function symbolsOf(role, unit) {
    return tokens(expressionOf(role)).map(({ text, leaf, number }) => {
      if (text) return operator(text);
      return leaf ? symbolOf(leaf, unit) : math("mn", {}, String(number));
    });
  }

  /** A value that there is for each word has the word's number below it; the summary is the same at all steps. */
  function symbolOf(leaf, unit) {
    const role = OF_EACH_WORD.find((each) => letter(each) === leaf.value);
    if (role) return indexed(role, unit);
    return leaf.value === letter("summary") ? math("mi", {}, leaf.value) : mathSymbol(leaf);
  }

  /** The numbers of a score that is a matrix, with a row for each word, times a vector: its largest products. */
  function productsOf(timeStep, unit) {
    const { translator, run } = context;
    const { function: name, arguments: factors } = expressionOf("scores");
    if (name !== "@") return [];
    const seen = translator.seen(run, run.steps[timeStep].values);
    const [left, right] = factors.map((factor) => evaluate(factor, seen));
    const terms = Array.from(rowOf(left, unit), (a, k) => ({ a, b: right[k], product: a * right[k] }));
    const sum = (some) => some.reduce((total, { product }) => total + product, 0);
    const largest = terms.toSorted((one, other) => Math.abs(other.product) - Math.abs(one.product)).slice(0, SHOWN);
    const others = terms.length - largest.length;
    return [
      operator("="),
      ...largest.flatMap(({ a, b }, place) => [
        ...(place ? [operator("+")] : []),
        math("mtext", {}, `(${format(a)})(${format(b)})`),
      ]),
      operator("+"),
      math("mtext", {}, `${format(sum(terms) - sum(largest))} (the other ${others} products)`),
    ];
  }

  /** The numbers of a weight that is a softmax of the scores. */
  function sharesOf(timeStep, unit) {
    const { function: name, arguments: inner } = expressionOf("alignment");
    if (name !== "softmax" || inner[0].value !== letter("scores")) return null;
    const scores = context.at("scores", timeStep);
    const sum = Array.from(scores).flatMap((score, k) => [...(k ? [operator("+")] : []), exponential(score)]);
    return [math("mfrac", {}, exponential(scores[unit]), math("mrow", {}, ...sum))];
  }

  const operator = (text) => math("mo", {}, text);
  const row = (...children) => math("math", { display: "block" }, math("mrow", {}, ...children));
  const indexed = (role, j) => math("msub", {}, math("mi", {}, letter(role)), math("mn", {}, String(j + 1)));
  const exponential = (value) => math("msup", {}, math("mi", {}, "e"), math("mn", {}, format(value)));

  return { element: root, load, update };
}
