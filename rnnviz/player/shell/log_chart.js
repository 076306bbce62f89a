// Curves over time on a logarithmic axis, for numbers from the smallest to the largest that a computer has.

import { element, pathThrough, svg, write } from "./dom.js";
import { sizeInWords } from "./typeset.js";

const [WIDTH, HEIGHT] = [600, 220];
const MOST_TICKS = 6;

/** The powers of ten at the two ends of an axis that shows all of these sizes; zero and infinity have no place on it. */
export function decades(sizes) {
  const drawn = sizes.filter((size) => size > 0 && size < Infinity);
  if (!drawn.length) return [-1, 1];
  const low = Math.floor(Math.log10(drawn.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(drawn.reduce((a, b) => Math.max(a, b))));
  return [low, high > low ? high : low + 1];
}

/** A power of ten in text: 10⁻³. */
export const power = (exponent) =>
  exponent === 0 ? "1" : `10${String(exponent).replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(digit)])}`;

/**
 * A chart of curves {title, colour, dash, kind, values}; `show(curves)` draws them, `point(timeStep)` reads them off.
 * The axis goes over all of them, or between the powers of ten that `show(curves, [low, high])` is given.
 *
 * @param label what the chart shows, for those who cannot see it
 */
export function logChart(label) {
  const lines = svg("g", {});
  const grid = svg("g", {});
  const picture = svg(
    "svg",
    { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", role: "img", "aria-label": label },
    grid,
    lines,
  );
  const ticks = element("div", { class: "ticks" });
  const marker = element("div", { class: "marker step" });
  const axis = element("div", { class: "axis", "aria-hidden": "true" });
  const legend = element("ul", { class: "readings" });
  let shown = [];
  let readings = [];

  return {
    element: element(
      "div",
      { class: "log-chart" },
      element(
        "div",
        { class: "plot" },
        ticks,
        element("div", { class: "map" }, picture, marker),
        element("span", {}),
        axis,
      ),
      legend,
    ),
    show(curves, [low, high] = decades(curves.flatMap(({ values }) => Array.from(values)))) {
      shown = curves;
      const height = (value) => ((high - Math.log10(value)) / (high - low)) * HEIGHT;
      const every = Math.max(1, Math.ceil((high - low) / MOST_TICKS));
      const exponents = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, k) => high - k * every);
      const place = (exponent) => (high - exponent) / (high - low);
      grid.replaceChildren(
        ...exponents.map((exponent) =>
          svg("path", {
            class: "zero",
            d: `M0 ${place(exponent) * HEIGHT}H${WIDTH}`,
            "vector-effect": "non-scaling-stroke",
          }),
        ),
      );
      ticks.replaceChildren(
        ...exponents.map((exponent) => element("span", { style: `top: ${place(exponent) * 100}%` }, power(exponent))),
      );
      lines.replaceChildren(
        ...curves.map(({ values, colour, dash, kind }) => {
          const step = WIDTH / values.length;
          const d = pathThrough(Array.from(values, (value, t) => [(t + 0.5) * step, height(value)]));
          return svg("path", {
            class: `curve ${kind}`,
            d,
            stroke: colour,
            "stroke-dasharray": dash.join(" "),
            "vector-effect": "non-scaling-stroke",
          });
        }),
      );
      const steps = curves[0].values.length;
      axis.replaceChildren(...[1, steps].map((step) => element("span", {}, `step ${step}`)));
      readings = curves.map(() => element("b", {}));
      legend.replaceChildren(
        ...curves.map(({ title, colour, kind, dash }, k) => {
          const key = svg("svg", { viewBox: "0 0 24 8", class: "key-line", "aria-hidden": "true" });
          key.append(
            svg("path", { class: `curve ${kind}`, d: "M0 4H24", stroke: colour, "stroke-dasharray": dash.join(" ") }),
          );
          return element("li", {}, key, element("span", {}, title), readings[k]);
        }),
      );
    },
    point(timeStep) {
      shown.forEach(({ values }, k) => {
        const value = values[Math.min(timeStep, values.length - 1)];
        readings[k].dataset.value = value;
        write(readings[k], sizeInWords(value));
      });
    },
  };
}
