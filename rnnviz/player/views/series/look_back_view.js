// How far back a forecast looks: how it follows each value that was read, and what it would be without that value.

import { element, write } from "../../shell/dom.js";
import { framed, Plot, ticksAt } from "../../shell/plots.js";
import { format } from "../../shell/typeset.js";
import { lastInWords, stepsInWords } from "./words.js";

export function lookBackView(context) {
  const { data, forecaster } = context;
  const { step } = data.series;
  const strips = [
    stripOf(
      context,
      "Gradient",
      "How much the forecast changes for each one that a value is higher.",
      ({ slopes }) => slopes,
      (value) => format(value, 2),
    ),
    stripOf(
      context,
      "Occlusion",
      `By how much${data.series.unit ? `, in ${data.series.unit},` : ""} it is higher than without the value: a line between its neighbours in its place.`,
      ({ occlusions }) => occlusions,
      context.number,
    ),
  ];
  const verdict = element("p", { class: "verdict-of", role: "status" });
  const expected = element("p", { class: "caption" });
  const root = element(
    "section",
    { class: "look-back" },
    element("h3", {}, ...context.explain("How far back does it look?")),
    verdict,
    expected,
    ...strips.map((strip) => strip.element),
  );
  return {
    element: root,
    update({ inside, ahead }) {
      root.hidden = !inside;
      if (root.hidden) return;
      const { measured } = context;
      root.classList.toggle("stale", !measured);
      if (!measured) return;
      for (const strip of strips) strip.draw(measured);
      const [slopes, occluded] = [measured.slopes, measured.occlusions].map((sizes) =>
        lastInWords(halfOf(sizes), step),
      );
      const [there, read] = [ahead + 1, forecaster.needed].map((count) => stepsInWords(count, step));
      write(
        verdict,
        `Half of the gradient of the forecast ${there} ahead lies on ${slopes} of the ${read} that are read, and half of ` +
          `what occlusion changes on ${occluded}.`,
      );
      write(expected, context.isChanged() ? expectedInWords(context, measured.expected) : "");
    },
  };
}

function expectedInWords({ amount }, by) {
  const moved = `${by < 0 ? "lower" : "higher"} by ${amount(Math.abs(by))}`;
  return `By the gradient before the changes the forecast would be ${moved}; a gradient is right of small changes alone.`;
}

/** Bars below the chart, one for each value that was read. */
function stripOf({ forecaster, explain }, title, meaning, valuesOf, inWords) {
  const steps = forecaster.needed + forecaster.horizon;
  const plot = new Plot(["zero", "bars up", "bars down"], { label: `${title}. ${meaning}`, wide: steps });
  const { element: frame, ticks } = framed(element("div", { class: "map" }, plot.element));
  return {
    element: element(
      "div",
      { class: "strip-of-bars" },
      element("p", { class: "caption" }, element("b", {}, ...explain(title)), ` ${meaning}`),
      frame,
    ),
    draw(measured) {
      const values = Array.from(valuesOf(measured));
      const end = Math.max(...values.map(Math.abs)) || 1;
      const share = (value) => 0.5 - value / (2 * end);
      const ends = (sign) => values.map((value) => [0.5, share(Math.sign(value) === sign ? value : 0)]);
      plot.rule(0, 0.5);
      plot.bars(1, ends(1));
      plot.bars(2, ends(-1));
      ticks.replaceChildren(
        ...ticksAt([
          [0, inWords(end)],
          [1, inWords(-end)],
        ]),
      );
    },
  };
}

/** How many of the last numbers it takes to have half of the size of all. */
export function halfOf(sizes) {
  const all = Array.from(sizes, Math.abs);
  const half = all.reduce((sum, size) => sum + size, 0) / 2;
  let [sum, count] = [0, 0];
  while (sum < half && count < all.length) sum += all[all.length - ++count];
  return Math.max(count, 1);
}
