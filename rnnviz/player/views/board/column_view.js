// One network of the board: its quantities through time, as they are, as they were, and the difference.

import { component } from "../../engine/arrays.js";
import { element, placeUnder, Raster, svg, write } from "../../shell/dom.js";
import { format, summands, symbolText, tokens } from "../../shell/typeset.js";
import { expectationView } from "./expectation_view.js";

const HEIGHT = 40;

/** A path through the values of all time steps, at the middle of each; one step is a short line. */
function lineOf(values, height) {
  if (values.length === 1) return `M0 ${height(values[0])}h1`;
  return `M${values.map((value, t) => `${t + 0.5} ${height(value)}`).join("L")}`;
}

/** Where a value stands in a chart of `HEIGHT`, within the range of its quantity. */
const heightIn =
  ([low, high]) =>
  (value) =>
    ((1 - (Math.min(high, Math.max(low, value)) - low) / (high - low)) * (HEIGHT - 2) + 1).toFixed(2);

function rangeInWords({ colourRange, bounded }) {
  const end = (value) => (bounded ? String(value) : value < 0 ? `≤ ${value}` : `≥ ${value}`).replace("-", "−");
  return colourRange.map(end).join(" to ");
}

const path = (kind) => svg("path", { class: kind, "vector-effect": "non-scaling-stroke" });
const stepMarker = () => element("div", { class: "marker step" });

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
  const heading = element("h2", { style: `--variant: ${context.data.variants[cell.name].colour}` }, cell.title);
  const about = element("p", { class: "caption" });
  const expectation = run().data.readout ? [expectationView(context, run)] : [];
  let drawn = null;

  function quantityBlock(letter, quantity) {
    const colour = colours.of(quantity);
    const signed = colours.of({ scale: "signed", colourRange: quantity.colourRange });
    const [now, difference] = [new Raster(), new Raster()];
    const units = run().unchanged.at(letter, 0).length;
    const height = heightIn(quantity.colourRange);
    const [line, ghost, zero] = [path("line"), path("ghost"), path("zero")];
    const chart = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }, zero, ghost, line);
    const caption = element("p", { class: "caption" });
    const map = (raster, kind) =>
      element("div", { class: `map ${kind}` }, raster.canvas, element("div", { class: "marker row" }), stepMarker());
    const locate = (event) => {
      const { row, column } = placeUnder(event, units, context.trace.sequenceLength);
      context.select({ unit: row, timeStep: column });
    };
    for (const { canvas } of [now, difference]) canvas.addEventListener("click", locate);
    const all = (trace, unit) =>
      Array.from({ length: trace.sequenceLength }, (_, t) => trace.at(letter, t)[Math.min(unit, units - 1)]);

    return {
      element: element(
        "section",
        { class: "through-time", "data-letter": letter, style: `--units: ${units}` },
        element("h3", {}, quantity.title, element("span", { class: "range" }, rangeInWords(quantity))),
        map(now, "now"),
        element("p", { class: "caption only-changed" }, "Changed minus unchanged"),
        map(difference, "difference only-changed"),
        element("div", { class: "map" }, chart, stepMarker()),
        caption,
      ),
      load() {
        const { sequenceLength } = context.trace;
        chart.setAttribute("viewBox", `0 0 ${sequenceLength} ${HEIGHT}`);
        zero.setAttribute("d", `M0 ${height(0)}H${sequenceLength}`);
      },
      paint() {
        const { now: after, unchanged: before, changed } = run();
        const { sequenceLength } = after;
        now.draw(units, sequenceLength, (row, column) => colour(after.at(letter, column)[row]));
        if (!changed) return difference.draw(units, sequenceLength, () => 0);
        difference.draw(units, sequenceLength, (row, column) =>
          signed(after.at(letter, column)[row] - before.at(letter, column)[row]),
        );
      },
      draw(unit) {
        line.setAttribute("d", lineOf(all(run().now, unit), height));
        ghost.setAttribute("d", run().changed ? lineOf(all(run().unchanged, unit), height) : "");
      },
      say(unit, t) {
        const k = Math.min(unit, units - 1);
        const [after, before] = [run().now, run().unchanged].map((trace) => trace.at(letter, t)[k]);
        Object.assign(caption.dataset, { quantity: quantity.name, unit: k, value: after, before });
        write(caption, `Unit ${k + 1}: ${format(after)}${run().changed ? `, unchanged ${format(before)}` : ""}`);
      },
    };
  }

  /** Where a state came from: each term of its sum at every step, stacked, for the chosen unit. */
  function sumBlock({ target, expression, quantity }) {
    const terms = summands(expression).map((term) => ({ term, kept: keeps(term, target), words: inWords(term) }));
    const bars = terms.map(({ kept }) => path(kept ? "bars kept" : "bars written"));
    const [line, zero] = [path("line"), path("zero")];
    const chart = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }, ...bars, zero, line);
    const height = heightIn(quantity.colourRange);
    const caption = element("p", { class: "caption" });
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
          `Where the ${quantity.title.toLowerCase()} came from`,
          element("span", { class: "range" }, rangeInWords(quantity)),
        ),
        element("p", { class: "legend" }, ...legend, element("span", { class: "key sum" }, "their sum")),
        element("div", { class: "map" }, chart, stepMarker()),
        caption,
      ),
      load() {
        const { sequenceLength } = context.trace;
        chart.setAttribute("viewBox", `0 0 ${sequenceLength} ${HEIGHT}`);
        zero.setAttribute("d", `M0 ${height(0)}H${sequenceLength}`);
      },
      draw(unit) {
        const trace = run().now;
        const compiled = terms.map(({ term }) => trace.compile(term));
        const steps = Array.from({ length: trace.sequenceLength }, (_, t) => t);
        values = compiled.map(({ at }) => steps.map((t) => component(at(t), unit)));
        const tops = steps.map(() => ({ up: 0, down: 0 }));
        bars.forEach((bar, k) => {
          const pieces = steps.map((t) => {
            const value = values[k][t];
            const side = value < 0 ? "down" : "up";
            const [from, to] = [tops[t][side], (tops[t][side] += value)].map(height);
            return `M${t + 0.15} ${from}V${to}H${t + 0.85}V${from}Z`;
          });
          bar.setAttribute("d", pieces.join(""));
        });
        line.setAttribute(
          "d",
          lineOf(
            steps.map((t) => trace.at(target, t)[unit]),
            height,
          ),
        );
      },
      say(unit, t) {
        const parts = terms.map(({ kept }, k) => `${format(values[k][t])} ${kept ? "kept" : "written"}`);
        write(caption, `${parts.join(" + ")} = ${format(run().now.at(target, t)[unit])}`);
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
      about.textContent = `${run().data.network}.`;
      for (const block of [...blocks, ...sums]) block.load();
    },
    paint() {
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
