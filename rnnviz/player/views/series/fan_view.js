// What was read before a step, what is forecast after it, and what came. A past value is dragged, and the forecast follows.

import { element, write } from "../../shell/dom.js";
import { keyLine } from "../../shell/plots.js";
import { methodLook, networkLook } from "./looks.js";
import { Grip, roundAxis, SeriesChart } from "./series_chart.js";

const OTHER_WAY = { direct: "recursive", recursive: "direct" };
/** The axis of values shows so much more than there is, at either end: there is room to drag into. */
const ROOM = 0.1;
/** So many values have a dot each. */
const MOST_DOTS = 60;

export function fanView(context) {
  const { data, forecaster, original } = context;
  const methods = data.methods.map((_, place) => methodLook(place));
  const layers = [
    { kind: "band" },
    ...methods,
    { kind: "ghost" },
    { kind: "ghost" },
    { kind: "curve came" },
    { kind: "dots-of came" },
    networkLook(data, false),
    { kind: "curve values" },
    { kind: "dots-of values" },
    networkLook(data, true),
    { kind: "dots-of forecast", colour: data.variant.colour },
  ];
  const simple = 1;
  const [before, expected, cameLine, came, other, values, dots, forecast, forecastDots] = Array.from(
    { length: 9 },
    (_, k) => simple + methods.length + k,
  );
  const heading = element("h2", {});
  const now = element("div", { class: "cursor now" });
  const there = element("div", { class: "cursor there" });
  let shown = { timeStep: 0, back: 0, way: "direct", ahead: 0 };

  const grip = new Grip({
    chart: () => chart,
    take: (value) => context.change(shown.timeStep - shown.back, value),
    release: context.redraw,
    shift: (by) => look(shown.timeStep - shown.back + by),
    restore: () => context.restore([shown.timeStep - shown.back]),
  });
  const chart = new SeriesChart(layers, {
    label: `${data.series.title}: what was read, what is forecast, and what came`,
    timeOf: context.timeOf,
    press,
    above: [now, there, grip.element],
  });

  /** Look at a step that was read, or so far ahead as one that was not. */
  function look(step) {
    const { timeStep } = shown;
    if (step > timeStep) context.select({ ahead: Math.min(step - timeStep, forecaster.horizon) - 1 });
    else context.select({ back: Math.min(timeStep - step, forecaster.needed - 1) });
  }

  /** With a mouse the value under the pointer is taken hold of at once; a finger first chooses it. */
  function press(step, event) {
    look(step);
    if (event.pointerType !== "mouse" || step > shown.timeStep) return;
    if (chart.isNear(event, context.values[shown.timeStep - shown.back])) grip.hold(event);
  }

  /** Everything that there must be room for. */
  function* drawn({ timeStep: origin, way }, start, stop) {
    yield* original.subarray(start, stop);
    yield* context.values.subarray(start, origin + 1);
    for (const one of [context.forecast, context.unchanged]) {
      yield* one.direct;
      yield* one.recursive;
    }
    const { lower, upper } = context.intervals[way];
    yield* context.forecast[way].map((value, k) => value + lower[k]);
    yield* context.forecast[way].map((value, k) => value + upper[k]);
  }

  function frameOf(chosen) {
    const [start, stop] = [chosen.timeStep + 1 - forecaster.needed, chosen.timeStep + 1 + forecaster.horizon];
    if (grip.held) return chart.frame; // what is dragged in must not move by itself
    return { start, stop, ...roundAxis(drawn(chosen, start, stop), ROOM) };
  }

  function draw({ timeStep: origin, way }) {
    const last = context.values[origin];
    const { lower, upper } = context.intervals[way];
    const ahead = context.forecast[way];
    const after = original.subarray(origin + 1, chart.frame.stop);
    chart.band(
      0,
      ahead.map((value, k) => value + lower[k]),
      ahead.map((value, k) => value + upper[k]),
      origin + 1,
    );
    context.methods.forEach((one, k) => {
      chart.line(simple + k, [last, ...one.forecast].map(visible), origin);
    });
    const isChanged = context.isChanged();
    chart.line(before, isChanged ? context.unchanged.values : [], chart.frame.start);
    chart.line(expected, isChanged ? [original[origin], ...context.unchanged[way]] : [], origin);
    chart.line(cameLine, [original[origin], ...after], origin);
    chart.dots(came, after, origin + 1);
    chart.line(other, [last, ...context.forecast[OTHER_WAY[way]]], origin);
    chart.line(values, context.forecast.values, chart.frame.start);
    chart.dots(dots, forecaster.needed <= MOST_DOTS ? context.forecast.values : [], chart.frame.start);
    chart.line(forecast, [last, ...ahead], origin);
    chart.dots(forecastDots, forecaster.horizon <= MOST_DOTS ? ahead : [], origin + 1);
  }

  /** A method far from all else is not drawn, rather than at the edge. */
  const visible = (value) => (value >= chart.frame.low && value <= chart.frame.high ? value : NaN);

  function place({ timeStep, back, ahead }) {
    const step = timeStep - back;
    now.style.left = `${(chart.across(timeStep) + chart.across(timeStep + 1)) * 50}%`;
    there.style.left = `${chart.across(timeStep + 1 + ahead) * 100}%`;
    grip.stand(step, context.values[step], {
      label: `${data.series.quantity}, ${context.timeOf(step)}`,
      words: context.amount(context.values[step]),
    });
  }

  return {
    element: element("div", { class: "fan" }, heading, chart.element, legend(data), help()),
    update(chosen) {
      shown = chosen;
      write(heading, `Read up to ${context.timeOf(chosen.timeStep)}, and forecast from there`);
      chart.show(frameOf(chosen));
      draw(chosen);
      place(chosen);
    },
  };
}

function legend({ variant }) {
  const entry = (look, title) => element("li", {}, keyLine(look), title);
  return element(
    "ul",
    { class: "legend keys" },
    entry({ kind: "curve values", dash: [] }, "what was read"),
    entry(networkLook({ variant }, true), "the forecast, with its 90 % interval"),
    entry({ kind: "curve came", dash: [] }, "what came"),
  );
}

const help = () =>
  element(
    "p",
    { class: "caption help" },
    "Drag a value that was read, or choose one and press ",
    element("kbd", {}, "↑"),
    element("kbd", {}, "↓"),
    ": the forecast follows.",
  );
