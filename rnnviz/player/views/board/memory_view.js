// Memory: how long each unit keeps what it holds, from the gates that keep it, beside what an intervention measures.

import { component } from "../../engine/arrays.js";
import { halfLives, meanHalfLives } from "../../engine/memory.js";
import { applying, erased } from "../../engine/what_if.js";
import { element, placeUnder, Raster } from "../../shell/dom.js";
import { linear, Plot, stepMarker, unitMarker } from "../../shell/plots.js";
import { format } from "../../shell/typeset.js";

/** @import { Trace } from "../../engine/trace.js" */

const LONG = 10; // the half-life, in steps, at which the colours end

export function memoryView(context) {
  const cards = context.runs.map((_, place) => card(context, place));
  const root = element(
    "section",
    { class: "card memory", "aria-label": "Memory" },
    element("h2", {}, "How long is it held?"),
    element(
      "p",
      { class: "caption" },
      ...context.explain(
        "The gate that keeps a state says how long: its product over the steps falls to one half after the half-life. " +
          "Erasing the input of the chosen step measures what is really left of it; other paths than the gate count too.",
      ),
    ),
    element("div", { class: "columns" }, ...cards.map((view) => view.element)),
  );
  // Far down the page: computed only while it is seen, and when it comes into sight.
  let [seen, stale, shown] = [false, true, null];
  const observer = new IntersectionObserver(([{ isIntersecting }]) => {
    seen = isIntersecting;
    refresh();
  });
  observer.observe(root);

  function refresh() {
    if (!seen || !shown) return;
    if (stale) for (const view of cards) view.paint();
    stale = false;
    for (const view of cards) view.update(shown);
  }

  return {
    element: root,
    paint() {
      stale = true;
    },
    update(next) {
      shown = next;
      refresh();
    },
    destroy: () => observer.disconnect(),
  };
}

function card(context, place) {
  const run = () => context.runs[place];
  const { cell } = run().data;
  const [state, kept] = Object.entries(cell.keeps)[0] ?? [cell.state[0], null];
  const quantity = run().quantityOf(state);
  const raster = new Raster();
  const ranks = element("ol", { class: "ranks" });
  const units = run().network.hiddenSize;
  const best = element("p", { class: "sentence" });
  const plot = new Plot(["product", "line"], { margin: 1 / 30 });
  const [PRODUCT, MEASURED] = [0, 1];
  const words = element("p", { class: "caption" });
  let shares = []; // the kept share at every step
  let lives = []; // half-lives at every step
  /** @type {{ timeStep: number, trace: Trace } | null} */
  let without = null; // the run that reads nothing at the step

  raster.canvas.addEventListener("click", (event) => {
    const { row, column } = placeUnder(event, units, context.trace.sequenceLength);
    context.select({ unit: row, timeStep: column });
  });

  function rank() {
    const means = Array.from(meanHalfLives(shares));
    const order = means.map((_, k) => k).sort((a, b) => means[b] - means[a] || a - b);
    ranks.replaceChildren(
      ...order.map((k) => {
        const share = Math.min(1, means[k] / LONG);
        const bar = element(
          "span",
          { class: "bar-track" },
          element("span", { class: "bar", style: `transform: scaleX(${share})` }),
        );
        const button = element(
          "button",
          { type: "button", "data-unit": k, "data-value": means[k], click: () => context.select({ unit: k }) },
          `unit ${k + 1}`,
        );
        return element("li", {}, button, bar, element("span", { class: "share" }, inSteps(means[k])));
      }),
    );
    const [first, final] = [order[0], order[order.length - 1]];
    const [longest, shortest] = [first, final].map((k) => `unit ${k + 1} (half-life ${inSteps(means[k])})`);
    best.textContent =
      means[first] === means[final]
        ? `All units keep equally long: half-life ${inSteps(means[first])}.`
        : `Over the whole sequence ${longest} keeps longest, ${shortest} shortest.`;
  }

  return {
    element: element(
      "section",
      { class: "column-card", "data-cell": cell.name },
      element("h3", { style: `--variant: ${context.data.variants[cell.name].colour}` }, ...context.explain(cell.title)),
      ...(kept
        ? [
            element(
              "p",
              { class: "caption" },
              `Half-life, 0 to ≥ ${LONG} steps. Where the sequence ends first: the steps left, for it is at least as long.`,
            ),
            element("div", { class: "map", style: `--units: ${units}` }, raster.canvas, unitMarker(), stepMarker()),
            best,
            ranks,
          ]
        : [
            element(
              "p",
              {},
              `No gate keeps the ${quantity.title.toLowerCase()} of this cell: every step computes it anew.`,
            ),
          ]),
      element(
        "p",
        { class: "legend" },
        element("span", { class: "key measured" }, "measured"),
        ...(kept ? [element("span", { class: "key gate" }, "the gate alone")] : []),
      ),
      element("div", { class: "map decay" }, plot.element, stepMarker()),
      words,
    ),
    paint() {
      without = null;
      const { now } = run();
      if (!kept) return;
      const { at } = now.compile(kept);
      shares = Array.from({ length: now.sequenceLength }, (_, t) => {
        const share = at(t);
        return Float64Array.from({ length: units }, (_, k) => component(share, k));
      });
      lives = halfLives(shares);
      const colour = context.colours.of({ scale: "gate", colourRange: [0, LONG] });
      const last = now.sequenceLength - 1;
      raster.draw(units, now.sequenceLength, (row, column) => colour(Math.min(lives[column][row], last - column)));
      rank();
    },
    update({ unit, timeStep }) {
      const { now, network, name } = run();
      const { sequenceLength } = now;
      if (!without || without.timeStep !== timeStep) {
        without = { timeStep, trace: erased(network, timeStep, applying(context.changes, name, context.cells)) };
      }
      const erasing = without.trace;
      const k = Math.min(unit, units - 1);
      const later = Array.from({ length: sequenceLength - timeStep }, (_, n) => timeStep + n);
      const measured = later.map((t) => Math.abs(now.at(state, t)[k] - erasing.at(state, t)[k]));
      const product = kept ? [measured[0]] : [];
      if (kept) for (const [n, t] of later.slice(1).entries()) product.push(product[n] * shares[t][k]);
      const top = Math.max(...measured, ...product) || 1;
      const scale = linear([0, top]);
      const across = (n) => timeStep + n + 0.5;
      plot.load(sequenceLength);
      plot.line(MEASURED, measured, scale, across);
      plot.line(PRODUCT, product, scale, across);
      Object.assign(words.dataset, { unit: k, measured: JSON.stringify(measured), product: JSON.stringify(product) });
      const whom = `${quantity.title.toLowerCase()} of unit ${k + 1}`;
      const changed = `Erasing the input of step ${timeStep + 1} changes the ${whom} by ${format(measured[0])} at that step`;
      const after = later.length > 1 ? ` and by ${format(measured.at(-1))} at the last` : "";
      const gates = kept && later.length > 1 ? `; the gate alone would leave ${format(product.at(-1))}` : "";
      const life = kept ? ` Half-life from here: ${inSteps(lives[timeStep][k], sequenceLength - 1 - timeStep)}.` : "";
      words.textContent = `${changed}${after}${gates}.${life}`;
    },
  };
}

function inSteps(steps, remaining) {
  if (steps === Infinity) return remaining === undefined ? "endless" : `longer than the ${remaining} steps left`;
  return `${steps < 10 ? steps.toFixed(1) : Math.round(steps)} steps`;
}
