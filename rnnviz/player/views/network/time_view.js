// Every quantity through time: a heat map of units by time steps, and below it the line of the chosen unit.

import { element, pathThrough, placeUnder, Raster, svg } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";

const LINE_HEIGHT = 40;
const MOST_TOKENS = 24; // more would not be legible

export function timeView(context) {
  const { colours, select, point } = context;

  const blocks = context.data.cell.equations.map(({ target, quantity }) => {
    const colour = colours.of(quantity);
    const values = (unit, t) => context.trace.at(target, t)[unit];
    const units = context.trace.at(target, 0).length;
    const raster = new Raster();
    const map = raster.canvas;
    const locate = (event) => {
      const { row, column } = placeUnder(event, units, context.trace.sequenceLength);
      return { unit: row, timeStep: column, line: target };
    };
    map.addEventListener("click", (event) => select(locate(event)));
    map.addEventListener("pointermove", (event) => {
      const { unit, timeStep } = locate(event);
      const said = `${quantity.title} of unit ${unit + 1} at step ${timeStep + 1} is ${format(values(unit, timeStep))}`;
      point({ text: () => said });
    });

    const [low, high] = quantity.colourRange;
    const height = (value) => {
      const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
      return Math.round((1 - share) * (LINE_HEIGHT - 2) * 100) / 100 + 1;
    };
    const path = svg("path", { class: "line", "vector-effect": "non-scaling-stroke" });
    const zero = svg("path", { class: "zero", "vector-effect": "non-scaling-stroke" });
    const chart = svg("svg", { preserveAspectRatio: "none", "aria-hidden": "true" }, zero, path);
    const end = (value) =>
      (quantity.bounded ? String(value) : value < 0 ? `≤ ${value}` : `≥ ${value}`).replace("-", "−");
    const range = element("span", { class: "range" }, `${end(low)} to ${end(high)}`);
    const caption = element("p", { class: "caption" });
    const tokens = element("div", { class: "tokens", "aria-hidden": "true" });
    const block = element(
      "section",
      { class: "through-time", style: `--units: ${units}` },
      element("h3", {}, quantity.title, range),
      element(
        "div",
        { class: "map" },
        map,
        element("div", { class: "marker row" }),
        element("div", { class: "marker step" }),
      ),
      element("div", { class: "map" }, chart, element("div", { class: "marker step" })),
      tokens,
      caption,
    );
    const load = ({ sequenceLength }, labels) => {
      raster.draw(units, sequenceLength, (row, column) => colour(values(row, column)));
      chart.setAttribute("viewBox", `0 0 ${sequenceLength} ${LINE_HEIGHT}`);
      zero.setAttribute("d", `M0 ${height(0)}H${sequenceLength}`);
      const shown = sequenceLength > MOST_TOKENS ? [] : labels;
      tokens.replaceChildren(...shown.map((label) => element("span", {}, label)));
    };
    const draw = (chosen) => {
      const unit = Math.min(chosen, units - 1);
      const steps = Array.from({ length: context.trace.sequenceLength }, (_, t) => t);
      path.setAttribute("d", pathThrough(steps.map((t) => [t + 0.5, height(values(unit, t))])));
    };
    const say = (chosen, t) => {
      const unit = Math.min(chosen, units - 1);
      caption.textContent = `Unit ${unit + 1}: ${format(values(unit, t))} at step ${t + 1}`;
    };
    return { block, load, draw, say };
  });

  let drawn = null;
  return {
    element: element(
      "div",
      { class: "time-view", pointerleave: () => point(null) },
      ...blocks.map(({ block }) => block),
    ),
    load() {
      drawn = null;
      for (const { load } of blocks) load(context.trace, context.data.labels);
    },
    update({ unit, timeStep }) {
      for (const { draw, say } of blocks) {
        if (unit !== drawn) draw(unit);
        say(unit, timeStep);
      }
      drawn = unit;
    },
  };
}
