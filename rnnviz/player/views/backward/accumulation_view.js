// The gradient of a weight matrix as the walk back adds it up: each step's share, and the sum so far.

import { length, numbersOf } from "../../engine/arrays.js";
import { element, Raster } from "../../shell/dom.js";
import { linear, Plot, stepMarker } from "../../shell/plots.js";
import { format, percent } from "../../shell/typeset.js";
import { distanceView } from "./distance_view.js";

const [LOST, LEFT] = [0, 1];

export function accumulationView(context) {
  const { weights } = context.data.cell;
  const names = Object.keys(weights);
  const recurrent = names.find((name) => weights[name].join() === "H,H") ?? names[0];
  const choice = element(
    "select",
    { "aria-label": "Weight", change: () => choose() },
    ...names.map((name) => element("option", { value: name }, name)),
  );
  choice.value = recurrent;
  context.weight = recurrent;
  const distance = distanceView(context);
  const raster = new Raster();
  const map = element("div", { class: "weights" }, raster.canvas);
  const plot = new Plot(["bars kept", "bars written"], { margin: 1 / 30, floor: 0 });
  const loss = element("p", { class: "sentence lost" });
  const words = element("p", {});
  let sizes = [];
  let shown = null;

  const sizesOf = (pass) =>
    Array.from({ length: context.trace.sequenceLength }, (_, t) => pass.contribution(choice.value, t));

  function load() {
    const { pass, whole } = context;
    sizes = sizesOf(pass);
    const uncut = sizesOf(whole);
    const top = Math.max(...uncut, ...sizes) || 1;
    const scale = linear([0, top]);
    const fromBelow = (size) => [1, scale(size)];
    plot.load(sizes.length);
    plot.bars(LEFT, sizes.map(fromBelow));
    plot.bars(LOST, pass === whole ? [] : uncut.map(fromBelow));
    loss.textContent = pass === whole ? "" : whatIsLost();
  }

  /** How the gradient that is cut differs from the whole one. */
  function whatIsLost() {
    const [cut, uncut] = [context.pass, context.whole].map((pass) => numbersOf(pass.gradient(choice.value)));
    const [short, long] = [length(cut), length(uncut)];
    if (!short || !long) return `Of the gradient of ${choice.value} the cut leaves nothing.`;
    const cosine = cut.reduce((sum, value, k) => sum + value * uncut[k], 0) / (short * long);
    const angle = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
    Object.assign(loss.dataset, { ratio: short / long, angle });
    return (
      `Grey is what the cut loses. The gradient of ${choice.value} that is left is ${format(short / long, 2)} times as ` +
      `long as the whole one and points ${Math.round(angle)}° away from it.`
    );
  }

  function draw({ timeStep }) {
    const { data, pass, colours } = context;
    const sum = pass.gradient(choice.value, timeStep);
    const values = numbersOf(sum);
    const [rows, columns] = sum.rows ? [sum.rows, sum.columns] : [values.length, 1];
    const colour = colours.of(data.gradientQuantity);
    raster.draw(rows, columns, (row, column) => colour(values[row * columns + column]));
    map.style.setProperty("--columns", columns);
    const total = sizes.reduce((a, b) => a + b, 0);
    const share = total ? `, ${percent(sizes[timeStep] / total)} of what all steps add` : "";
    Object.assign(words.dataset, { norm: length(values), contribution: sizes[timeStep] });
    words.textContent =
      `Step ${timeStep + 1} adds a gradient of length ${format(sizes[timeStep])} to ${choice.value}${share}. ` +
      `From the last step down to this one it is ${format(length(values))} long. The weights are the same at every step, so their gradient is the sum over all of them.`;
  }

  function choose() {
    context.weight = choice.value;
    load();
    if (shown) draw(shown);
    context.measure();
  }

  return {
    element: element(
      "div",
      { class: "accumulation" },
      element("div", {}, choice, map),
      element(
        "div",
        {},
        element("p", { class: "caption" }, "What each step adds"),
        element("div", { class: "map decay" }, plot.element, stepMarker()),
        words,
        loss,
        distance.element,
      ),
    ),
    distance,
    load,
    update(next) {
      shown = next;
      draw(next);
    },
  };
}
