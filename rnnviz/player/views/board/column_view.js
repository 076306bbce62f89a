// One network of the board: its quantities through time, as they are, as they were, and the difference.

import { component } from "../../engine/arrays.js";
import { summands } from "../../engine/expressions.js";
import { element, placeUnder, Raster, settled, write } from "../../shell/dom.js";
import { linear, Plot, rangeInWords, stepMarker, unitMarker } from "../../shell/plots.js";
import { format, symbolText, tokens } from "../../shell/typeset.js";
import { expectationView } from "./expectation_view.js";

const THIN = 0.025; // what a chart leaves free for the thickness of its lines

export function columnView(context, place) {
  const run = () => context.runs[place];
  const { cell } = run().data;
  const { colours } = context;
  const ordered = [
    ...cell.state.map((name) => cell.equations.find(({ target }) => target === name)),
    ...cell.equations.filter(({ target }) => !cell.state.includes(target)),
  ];
  const blocks = ordered.map(({ target, quantity }) => quantityBlock(target, quantity));
  const sums = cell.equations
    .filter(({ target, expression }) => cell.state.includes(target) && summands(expression).length > 1)
    .map(sumBlock);
  const heading = element(
    "h2",
    { style: `--variant: ${context.data.variants[cell.name].colour}` },
    ...context.explain(cell.title),
  );
  const about = element("p", { class: "caption" });
  const expectation = run().data.readout ? [expectationView(context, run)] : [];
  let painted = null; // the trace that is shown, and the unit
  let drawn = null;

  function quantityBlock(letter, quantity) {
    const colour = colours.of(quantity);
    const signed = colours.of({ scale: "signed", colourRange: quantity.colourRange });
    const [now, difference] = [new Raster(), new Raster()];
    const units = run().unchanged.at(letter, 0).length;
    const scale = linear(quantity.colourRange);
    const plot = new Plot(["zero", "ghost", "line"], { margin: THIN });
    const [ZERO, GHOST, LINE] = [0, 1, 2];
    const words = settled();
    const caption = element("p", { class: "caption" }, words);
    const map = (raster, kind) => element("div", { class: `map ${kind}` }, raster.canvas, unitMarker(), stepMarker());
    const locate = (event) => {
      const { row, column } = placeUnder(event, units, context.trace.sequenceLength);
      context.select({ unit: row, timeStep: column });
    };
    for (const { canvas } of [now, difference]) canvas.addEventListener("click", locate);
    const all = (trace, unit) => trace.rows(letter).map((vector) => vector[Math.min(unit, units - 1)]);

    return {
      element: element(
        "section",
        { class: "through-time", "data-letter": letter, style: `--units: ${units}` },
        element(
          "h3",
          {},
          element("span", {}, ...context.explain(quantity.title)),
          element("span", { class: "range" }, rangeInWords(quantity)),
        ),
        map(now, "now"),
        element("p", { class: "caption only-changed" }, "Changed minus unchanged"),
        map(difference, "difference only-changed"),
        element("div", { class: "map" }, plot.element, stepMarker()),
        caption,
      ),
      load() {
        plot.load(context.trace.sequenceLength);
        plot.rule(ZERO, scale(0));
      },
      paint() {
        const { now: after, unchanged: before, changed } = run();
        const { sequenceLength } = after;
        const [is, was] = [after, before].map((trace) => trace.rows(letter));
        now.draw(units, sequenceLength, (row, column) => colour(is[column][row]));
        const apart = (row, column) => signed(is[column][row] - was[column][row]);
        difference.draw(units, sequenceLength, changed ? apart : () => 0);
      },
      draw(unit) {
        plot.line(LINE, all(run().now, unit), scale);
        if (run().changed) plot.line(GHOST, all(run().unchanged, unit), scale);
        else plot.clear(GHOST);
      },
      say(unit, t) {
        const k = Math.min(unit, units - 1);
        const [after, before] = [run().now, run().unchanged].map((trace) => trace.at(letter, t)[k]);
        Object.assign(caption.dataset, { quantity: quantity.name, unit: k, value: after, before });
        write(words, `Unit ${k + 1}: ${format(after)}${run().changed ? `, unchanged ${format(before)}` : ""}`);
      },
    };
  }

  /** Where a state came from: each term of its sum at every step, stacked, for the chosen unit. */
  function sumBlock({ target, expression, quantity }) {
    const terms = summands(expression).map((term) => ({ term, kept: keeps(term, target), words: inWords(term) }));
    const bars = terms.map(({ kept }) => (kept ? "bars kept" : "bars written"));
    const plot = new Plot([...bars, "zero", "line"], { margin: THIN });
    const [ZERO, LINE] = [bars.length, bars.length + 1];
    const scale = linear(quantity.colourRange);
    const words = settled();
    const caption = element("p", { class: "caption" }, words);
    const legend = terms.map(({ kept, words }) =>
      element("span", { class: `key ${kept ? "kept" : "written"}` }, `${words} ${kept ? "kept" : "written"}`),
    );
    let values = [];

    return {
      element: element(
        "section",
        { class: "through-time contributions", "data-letter": target },
        element(
          "h3",
          {},
          element("span", {}, ...context.explain(`Where the ${quantity.title.toLowerCase()} came from`)),
          element("span", { class: "range" }, rangeInWords(quantity)),
        ),
        element("p", { class: "legend" }, ...legend, element("span", { class: "key sum" }, "their sum")),
        element("div", { class: "map" }, plot.element, stepMarker()),
        caption,
      ),
      load() {
        plot.load(context.trace.sequenceLength);
        plot.rule(ZERO, scale(0));
      },
      draw(unit) {
        const trace = run().now;
        const compiled = terms.map(({ term }) => trace.compile(term));
        const steps = Array.from({ length: trace.sequenceLength }, (_, t) => t);
        values = compiled.map(({ at }) => steps.map((t) => component(at(t), unit)));
        const tops = steps.map(() => ({ up: 0, down: 0 }));
        bars.forEach((_, k) => {
          const ends = steps.map((t) => {
            const side = values[k][t] < 0 ? "down" : "up";
            const from = tops[t][side];
            tops[t][side] += values[k][t];
            return [from, tops[t][side]].map(scale);
          });
          plot.bars(k, ends);
        });
        const sum = steps.map((t) => trace.at(target, t)[unit]);
        plot.line(LINE, sum, scale);
      },
      say(unit, t) {
        const parts = terms.map(({ kept }, k) => `${format(values[k][t])} ${kept ? "kept" : "written"}`);
        write(words, `${parts.join(" + ")} = ${format(run().now.at(target, t)[unit])}`);
        caption.dataset.terms = JSON.stringify(values.map((term) => term[t]));
      },
    };
  }

  return {
    element: element(
      "section",
      { class: "card column-card", "data-cell": cell.name },
      heading,
      about,
      ...expectation.map((view) => view.element),
      ...blocks.slice(0, cell.state.length).map((block) => block.element),
      ...sums.map((block) => block.element),
      ...blocks.slice(cell.state.length).map((block) => block.element),
    ),
    load() {
      about.replaceChildren(...context.explain(`${run().data.network}.`));
      for (const block of [...blocks, ...sums]) block.load();
    },
    paint() {
      if (painted === run().now) return; // what was changed is of another cell
      painted = run().now;
      drawn = null;
      for (const block of blocks) block.paint();
    },
    update(shown) {
      const { unit, timeStep } = shown;
      for (const block of [...blocks, ...sums]) {
        if (unit !== drawn) block.draw(unit);
        block.say(unit, timeStep);
      }
      drawn = unit;
      for (const view of expectation) view.update(shown);
    },
  };
}

/** Whether a term of a state's sum carries the state's own previous value. */
function keeps(expression, state) {
  if (expression.value) return expression.value === state && expression.previous;
  return (expression.arguments ?? []).some((part) => keeps(part, state));
}

const inWords = (term) =>
  tokens(term)
    .map(({ text, leaf, number }) => text ?? (leaf ? symbolText(leaf) : String(number)))
    .join(" ");
