// Curves over time on a logarithmic axis, for numbers from the smallest to the largest that a computer has.

import { element, write } from "./dom.js";
import { decades, endsOf, framed, keyLine, logarithmic, Plot, stepMarker, ticksAt } from "./plots.js";
import { power, sizeInWords } from "./typeset.js";

const MOST_TICKS = 6;

/**
 * A chart of curves {title, colour, dash, kind, values}; `show(curves)` draws them, `point(timeStep)` reads them off.
 * The axis goes over all of them, or between the powers of ten that `show(curves, [low, high])` is given.
 *
 * @param label what the chart shows, for those who cannot see it
 */
export function logChart(label) {
  const plot = new Plot([], { label });
  const { element: frame, ticks, axis } = framed(element("div", { class: "map" }, plot.element, stepMarker()));
  const legend = element("ul", { class: "readings" });
  let shown = [];
  let readings = [];

  return {
    element: element("div", { class: "log-chart" }, frame, legend),
    show(curves, range = decades(curves.flatMap(({ values }) => Array.from(values)))) {
      shown = curves;
      const [low, high] = range;
      const scale = logarithmic(range);
      const every = Math.max(1, Math.ceil((high - low) / MOST_TICKS));
      const exponents = Array.from({ length: Math.floor((high - low) / every) + 1 }, (_, k) => high - k * every);
      const shares = exponents.map((exponent) => (high - exponent) / (high - low));
      const steps = curves[0].values.length;
      plot.load(steps);
      plot.take([
        ...exponents.map(() => ({ kind: "zero" })),
        ...curves.map(({ kind, colour, dash }) => ({
          kind: `curve ${kind}`,
          stroke: colour,
          "stroke-dasharray": dash.join(" "),
        })),
      ]);
      for (const [k, share] of shares.entries()) plot.rule(k, share);
      for (const [k, { values }] of curves.entries()) plot.line(exponents.length + k, values, scale);
      ticks.replaceChildren(...ticksAt(shares.map((share, k) => [share, power(exponents[k])])));
      axis.replaceChildren(...endsOf("step 1", `step ${steps}`));
      readings = curves.map(() => element("b", {}));
      legend.replaceChildren(
        ...curves.map((curve, k) => element("li", {}, keyLine(curve), element("span", {}, curve.title), readings[k])),
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
