// Every quantity through time: a heat map of units by time steps, and below it the line of the chosen unit.

import { element, placeUnder, raster, svg } from "./dom.js";
import { format } from "./typeset.js";

const LINE_HEIGHT = 40;
const MOST_TOKENS = 24; // more would not be legible

export function timeView({ trace, data, colours, select, point }) {
  const { sequenceLength, hiddenSize } = trace;

  const blocks = data.cell.equations.map(({ target, quantity }) => {
    const colour = colours.of(quantity);
    const values = (unit, t) => trace.at(target, t)[unit];
    const map = raster(hiddenSize, sequenceLength, (row, column) => colour(values(row, column)).rgb);
    const locate = (event) => {
      const { row, column } = placeUnder(event, hiddenSize, sequenceLength);
      return { unit: row, timeStep: column, line: target };
    };
    map.addEventListener("click", (event) => select(locate(event)));
    map.addEventListener("pointermove", (event) => {
      const { unit, timeStep } = locate(event);
      point({ text: `${quantity.title} of unit ${unit + 1} at step ${timeStep + 1} is ${format(values(unit, timeStep))}` });
    });

    const [low, high] = quantity.colourRange;
    const height = (value) => {
      const share = (Math.min(high, Math.max(low, value)) - low) / (high - low);
      return (1 - share) * (LINE_HEIGHT - 2) + 1;
    };
    const path = svg("path", { class: "line", "vector-effect": "non-scaling-stroke" });
    const zero = height(0);
    const chart = svg(
      "svg",
      { viewBox: `0 0 ${sequenceLength} ${LINE_HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" },
      svg("path", { class: "zero", d: `M0 ${zero}H${sequenceLength}`, "vector-effect": "non-scaling-stroke" }),
      path,
    );
    const end = (value) => (quantity.bounded ? String(value) : value < 0 ? `≤ ${value}` : `≥ ${value}`).replace("-", "−");
    const range = element("span", { class: "range" }, `${end(low)} to ${end(high)}`);
    const caption = element("p", { class: "caption" });
    const block = element(
      "section",
      { class: "through-time" },
      element("h3", {}, quantity.title, range),
      element("div", { class: "map" }, map, element("div", { class: "marker row" }), element("div", { class: "marker step" })),
      element("div", { class: "map" }, chart, element("div", { class: "marker step" })),
      ...(sequenceLength > MOST_TOKENS ? [] : [tokens()]),
      caption,
    );
    const draw = (unit) => {
      const points = Array.from({ length: sequenceLength }, (_, t) => `${t + 0.5} ${height(values(unit, t)).toFixed(2)}`);
      path.setAttribute("d", points.length > 1 ? `M${points.join("L")}` : `M0 ${points[0].split(" ")[1]}h1`);
    };
    const say = (unit, t) => {
      caption.textContent = `Unit ${unit + 1}: ${format(values(unit, t))} at step ${t + 1}`;
    };
    return { block, draw, say };
  });

  function tokens() {
    const spans = data.labels.map((label) => element("span", {}, label));
    return element("div", { class: "tokens", "aria-hidden": "true" }, ...spans);
  }

  let drawn = null;
  return {
    element: element("div", { class: "time-view", pointerleave: () => point(null) }, ...blocks.map(({ block }) => block)),
    update({ unit, timeStep }) {
      for (const { draw, say } of blocks) {
        if (unit !== drawn) draw(unit);
        say(unit, timeStep);
      }
      drawn = unit;
    },
  };
}
