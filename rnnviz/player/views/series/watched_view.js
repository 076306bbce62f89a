// A series that is watched: all of it at a glance, the steps around the chosen one with what was expected of each, and the
// scores below, on the same steps, with the threshold that a person drags.

import { changes, element, write } from "../../shell/dom.js";
import { Grip, inDigits, roundAxis, SeriesChart } from "./series_chart.js";

/** So many steps are seen at once; the chosen one never stands nearer to their end than this share of them. */
const SEEN = 240;
const SIDE = 0.15;
const [EXPECTED, VALUES, ALARMS] = [0, 1, 2];

export function watchedView(context) {
  const { values } = context;
  let start = 0;
  let edition = -1; // of the values, when the overview was drawn
  const timeOf = (step) => context.data.labels[step];

  const seen = element("div", { class: "window-of" });
  const overStretches = element("div", { class: "stretches" });
  const overview = new SeriesChart([{ kind: "curve value-of" }], {
    label: `${context.data.series.title}, all of it`,
    timeOf,
    press(step, event) {
      overview.map.setPointerCapture(event.pointerId);
      context.select({ timeStep: step });
    },
    above: [overStretches, seen],
  });
  overview.map.addEventListener("pointermove", (event) => {
    if (overview.map.hasPointerCapture(event.pointerId)) context.select({ timeStep: overview.stepAt(event) });
  });

  const valueGrip = new Grip({
    take: (value) => context.plant(context.step(), value),
    chart: () => chart,
    release: () => context.redraw(),
    shift: (by) => context.select({ timeStep: context.step() + by }),
    restore: () => context.restore(context.step()),
  });
  const chartStretches = element("div", { class: "stretches" });
  const chart = new SeriesChart(
    [{ kind: "curve expected-of", dash: [6, 4] }, { kind: "curve value-of" }, { kind: "alarms-of" }],
    {
      label: `${context.data.series.title}: the values around the chosen step`,
      timeOf,
      press: choose,
      above: [chartStretches, valueGrip.element],
    },
  );

  const thresholdGrip = new Grip({
    take: (value) => context.dragThreshold(value),
    chart: () => scored,
    shift: (by) => context.dragThreshold(context.threshold + by / 10),
    restore: () => context.dragThreshold(context.data.threshold),
  });
  const scoreStretches = element("div", { class: "stretches" });
  const scored = new SeriesChart([{ kind: "curve score-of" }, { kind: "zero" }], {
    label: "The scores of the chosen method at the same steps",
    timeOf,
    press: (step) => context.select({ timeStep: step }),
    above: [scoreStretches, thresholdGrip.element],
  });
  const otherSteps = changes();
  const shades = [chartStretches, scoreStretches].map(shading);
  const shadeWhole = shading(overStretches);
  const told = element("p", { class: "told-of" });
  const legend = element("p", { class: "caption" });
  const scoreAxis = roundAxis([0, context.data.most]);
  const axis = roundAxis(values);

  /** A press chooses the step below it; with a mouse the value there is taken hold of at once. */
  function choose(step, event) {
    context.select({ timeStep: step });
    if (event.pointerType === "mouse" && chart.isNear(event, values[step])) valueGrip.hold(event);
  }

  /** The values that are seen, with room to drag into; what is dragged in does not move by itself. */
  function valueAxis({ start, stop }) {
    if (valueGrip.held) return chart.frame;
    let [low, high] = [Infinity, -Infinity];
    for (let t = start; t < stop; t++) {
      low = Math.min(low, values[t], context.original[t]);
      high = Math.max(high, values[t], context.original[t]);
    }
    return roundAxis([low - context.deviation, high + context.deviation]);
  }

  /** The steps that are seen: as before, unless the chosen one comes too near to their end. */
  function framed(step) {
    const side = Math.round(SIDE * SEEN);
    const last = Math.max(0, values.length - SEEN);
    if (step < start + side || step >= start + SEEN - side) start = step - Math.round(SEEN / 2);
    start = Math.min(last, Math.max(0, start));
    return { start, stop: Math.min(values.length, start + SEEN) };
  }

  function drawOverview() {
    const { low, high } = axis;
    overview.show({ start: 0, stop: values.length, low, high, ticks: [low, high] });
    overview.line(0, values);
    shadeWhole(context, 0, values.length);
    edition = context.edition;
  }

  return {
    element: element(
      "div",
      { class: "watched" },
      element("div", { class: "overview" }, overview.element),
      chart.element,
      legend,
      scored.element,
      told,
    ),
    update({ timeStep, line }) {
      const shown = context.detectorOf(line);
      const seenSteps = framed(timeStep);
      if (otherSteps(seenSteps.start)) context.look(seenSteps.start, seenSteps.stop);
      if (edition !== context.edition && !context.dragged) drawOverview();
      seen.style.left = `${(seenSteps.start / values.length) * 100}%`;
      seen.style.width = `${((seenSteps.stop - seenSteps.start) / values.length) * 100}%`;
      const part = (array) => array.subarray(seenSteps.start, seenSteps.stop);
      const { expected, scores } = shown.scores;
      chart.show({ ...valueAxis(seenSteps), ...seenSteps });
      chart.line(EXPECTED, part(expected));
      chart.line(VALUES, part(values));
      chart.dots(
        ALARMS,
        part(values).map((value, k) => (scores[seenSteps.start + k] >= context.threshold ? value : NaN)),
      );
      scored.show({ ...seenSteps, ...scoreAxis });
      scored.line(0, part(scores));
      scored.rule(1, context.threshold);
      for (const shadeIn of shades) shadeIn(context, seenSteps.start, seenSteps.stop);
      valueGrip.stand(timeStep, values[timeStep], {
        label: `Value of ${timeOf(timeStep)}`,
        words: context.inUnit(values[timeStep]),
      });
      thresholdGrip.stand(null, context.threshold, {
        label: "Threshold",
        words: `${inDigits(context.threshold, 1)} times the usual distance`,
      });
      write(legend, context.legend(shown));
      write(told, context.told(timeStep, shown));
    },
  };
}

/** What shades, in a box, what was learned from, the events and what a person changed, as far as it is seen. */
function shading(box) {
  const other = changes();
  return (context, start, stop) => {
    if (other(`${start} ${stop} ${[...context.planted.keys()]}`)) shade(box, context, start, stop);
  };
}

function shade(box, { data, learned, planted }, start, stop) {
  const stretches = [
    { kind: "learned", from: learned[0], to: learned[1] },
    ...data.events.map(([from, to]) => ({ kind: "event", from, to })),
    ...Array.from(planted.keys(), (step) => ({ kind: "changed", from: step, to: step + 1 })),
  ].filter(({ from, to }) => from < stop && to > start);
  const wide = stop - start;
  const boxes = stretches.map(({ kind, from, to }) => {
    const [left, right] = [Math.max(from, start), Math.min(to, stop)];
    return element("i", {
      class: kind,
      style: `left: ${((left - start) / wide) * 100}%; width: ${((right - left) / wide) * 100}%`,
    });
  });
  box.replaceChildren(...boxes);
}
