// The whole series, small, with its three parts: press or drag in it to choose from where is forecast.

import { element } from "../../shell/dom.js";
import { roundAxis, SeriesChart } from "./series_chart.js";

const [VALUES] = [0];

export function wholeView(context) {
  const { data } = context;
  const cursor = element("div", { class: "cursor" });
  const parts = partsOf(data.parts, context.original.length);
  const chart = new SeriesChart([{ kind: "curve values" }], {
    label: `${data.series.title}, all of it`,
    timeOf: context.timeOf,
    press(step, event) {
      chart.map.setPointerCapture(event.pointerId);
      context.select({ timeStep: step });
    },
    above: [...parts, cursor],
  });
  chart.map.addEventListener("pointermove", (event) => {
    if (chart.map.hasPointerCapture(event.pointerId)) context.select({ timeStep: chart.stepAt(event) });
  });

  return {
    element: element("div", { class: "whole-series" }, chart.element),
    load() {
      chart.show({ start: 0, stop: context.original.length, ...endsOnly(roundAxis(context.original)) });
      chart.line(VALUES, context.original);
    },
    update({ timeStep }) {
      cursor.style.left = `${chart.across(timeStep) * 100}%`;
    },
  };
}

/** There is room for the two ends of the axis alone. */
const endsOnly = ({ low, high }) => ({ low, high, ticks: [low, high] });

/** What each stretch of the series is for, as elements in their places. */
function partsOf({ learned, chosen }, length) {
  const stretch = (start, stop, kind, title) =>
    element(
      "div",
      {
        class: `stretch ${kind}`,
        style: `left: ${(start / length) * 100}%; width: ${((stop - start) / length) * 100}%`,
      },
      element("span", {}, title),
    );
  return [
    stretch(0, learned, "learned", "learned from"),
    stretch(learned, chosen, "chosen", "chooses"),
    stretch(chosen, length, "tested", "tests"),
  ];
}
