// Methods watch a series: what each did not expect, at which threshold it gives alarm, and what a person plants in it.

import { decode } from "../engine/arrays.js";
import { Scores, usualSteps } from "../engine/detecting.js";
import { readSeriesChanges, refusedChoices, writeSeriesChanges } from "../engine/series_changes.js";
import { controlsView } from "../shell/controls.js";
import { element } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { detectorsView } from "../views/series/detectors_view.js";
import { precisionView } from "../views/series/precision_view.js";
import { decimalsFor, inDigits } from "../views/series/series_chart.js";
import { watchedView } from "../views/series/watched_view.js";

/** @import { DetectingData, Options, Player } from "../shell/types.js" */

/** So long scores are computed before the page may do something else; and after each move while a value is dragged. */
const [MILLISECONDS_AT_ONCE, MILLISECONDS_A_MOVE] = [8, 5];
/** After so long without another change what follows from all scores is drawn anew. */
const MILLISECONDS_TO_REST = 200;
/** A threshold is a multiple of the first, and the second at least. */
const [STEP, LEAST] = [0.1, 0.5];

/**
 * Show methods that watch a series.
 *
 * @param {HTMLElement} root the element to fill
 * @param {DetectingData} data
 * @param {Options} options as for `mount` in player.js; `initial` may hold `threshold` and `whatIf`
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const { initial = {} } = options;
  const { palettes } = data;
  const colours = palettes[options.theme ?? "light"];
  const original = decode(data.series.values);
  const values = original.slice();
  const read = readSeriesChanges(initial.whatIf, original.length);
  const known = { first: 0, length: original.length, lines: data.detectors.map(({ name }) => name) };
  const decimals = decimalsFor(deviation(original) / 100);
  const detectors = data.detectors.map((parts) => {
    const scores = new Scores(parts, data.network, values);
    scores.demand(0, values.length);
    return { ...parts, colour: colours[parts.colour] ?? parts.colour, scores, before: scores.over(original) };
  });
  const first = detectors.find(({ name }) => name === data.first) ?? detectors[0];
  /** @type {number | undefined} */
  let timer;
  /** @type {number | undefined} */
  let resting;
  /** @type {any} */
  let player = null;

  /** @type {Record<string, any>} */
  const context = {
    data,
    values,
    original,
    deviation: deviation(original),
    detectors,
    learned: data.learned,
    threshold: thresholdNear(initial.threshold ?? data.threshold),
    /** @type {Map<number, number>} the values that a person has changed, by step, the last one last */
    planted: new Map(),
    refusals: [...read.refusals, ...refusedChoices(initial, known)],
    usual: usualSteps(values.length, data.learned, data.events, data.after),
    edition: 0, // another for other values
    dragged: false, // whether a value was changed a moment ago
    trace: { sequenceLength: values.length, hiddenSize: 1 },
    step: () => player.clock.step,
    detectorOf: (line) => detectors.find(({ name }) => name === line) ?? first,
    inUnit: (value) =>
      data.series.unit ? `${inDigits(value, decimals)} ${data.series.unit}` : inDigits(value, decimals),
    plant(step, value) {
      put(step, value);
      rest();
      follow();
    },
    restore(step) {
      if (!context.planted.has(step)) return;
      put(step, original[step]);
      rest();
      follow();
    },
    restoreAll() {
      for (const step of [...context.planted.keys()]) put(step, original[step]);
      rest();
      follow();
    },
    dragThreshold(value) {
      context.threshold = thresholdNear(value);
      player.draw();
      player.tell();
    },
    look(start, stop) {
      for (const { scores } of detectors) scores.prefer(start, stop);
    },
    nextAlarm,
    redraw: () => player.draw(),
    change,
    legend: (shown) =>
      `Solid: the values. Dashed: what ${shown.phrase} expected. Dots: alarms. Below: its scores, those above ${data.most} at the top.`,
    told,
  };
  for (const [step, value] of read.changes) put(step, value);
  for (const { kind, scores } of detectors) if (kind !== "network") scores.work(Infinity);

  player = stage(root, data, options, {
    context,
    shapeOf: (other) => JSON.stringify(other),
    build: () => build(context),
    tall: () => 1,
    clock: {
      initial: { ...initial, timeStep: initial.timeStep ?? data.opens },
      extra: { line: detectors.some(({ name }) => name === initial.line) ? initial.line : first.name },
      units: () => 1,
      keys: { ArrowUp: () => chooseBeside(-1), ArrowDown: () => chooseBeside(1) },
      words: () => told(player.clock.step, chosen()),
    },
    take: () => ({}),
    selected: ({ timeStep, line, larger }) => ({
      timeStep,
      defaultStep: data.opens,
      line,
      defaultLine: first.name,
      larger,
      threshold: context.threshold === data.threshold ? null : context.threshold,
      whatIf: writeSeriesChanges(context.planted),
    }),
  });
  readOn();
  return {
    ...player,
    destroy() {
      clearTimeout(timer);
      clearTimeout(resting);
      player.destroy();
    },
  };

  /** Give a step another value: its scores and those of the steps that look back at it follow. */
  function put(step, value) {
    const rounded = value === original[step] ? value : Number(value.toFixed(decimals));
    values[step] = rounded;
    context.planted.delete(step);
    if (rounded !== original[step]) context.planted.set(step, rounded);
    const [start, stop] = change() ?? [0, 0];
    for (const { kind, scores, before } of detectors) {
      scores.changed(step);
      before.need(start, stop);
      if (kind === "network") continue;
      scores.work(Infinity);
      before.work(Infinity);
    }
    /** @type {[number, number][]} */
    const stretches = Array.from(context.planted.keys(), (one) => [one, one + 1]);
    context.usual = usualSteps(values.length, data.learned, [...data.events, ...stretches], data.after);
    context.edition += 1;
  }

  /** The steps in which it counts whether the last change was noticed: those changed with it, and some after. */
  function change() {
    const last = [...context.planted.keys()].at(-1);
    if (last === undefined) return null;
    let [start, stop] = [last, last + 1];
    while (context.planted.has(start - 1)) start--;
    while (context.planted.has(stop)) stop++;
    return [start, Math.min(values.length, stop + data.after)];
  }

  function rest() {
    context.dragged = true;
    clearTimeout(resting);
    resting = setTimeout(() => {
      context.dragged = false;
      readOn();
      player.draw();
    }, MILLISECONDS_TO_REST);
  }

  function follow() {
    readOn();
    player.draw();
    player.tell();
  }

  /** Compute what is due, for a moment; and go on after the page has had its turn, once a hand that drags rests. */
  function readOn() {
    clearTimeout(timer);
    const until = performance.now() + (context.dragged ? MILLISECONDS_A_MOVE : MILLISECONDS_AT_ONCE);
    const complete = detectors.every(({ scores, before }) => scores.work(until) && before.work(until));
    if (complete || context.dragged) return;
    timer = setTimeout(() => {
      readOn();
      player.draw();
    });
  }

  /** A threshold brought within what it can be. */
  function thresholdNear(value) {
    if (!Number.isFinite(value)) return data.threshold;
    return Number((Math.round(Math.min(data.most, Math.max(LEAST, value)) / STEP) * STEP).toFixed(1));
  }

  function chosen() {
    return context.detectorOf(player.clock.shown.line);
  }

  function chooseBeside(by) {
    const place = detectors.indexOf(chosen()) + by;
    if (detectors[place]) player.clock.select({ line: detectors[place].name });
  }

  /** Go to the next step with an alarm after those that follow on one another here; to the first after the last. */
  function nextAlarm() {
    const { scores } = chosen().scores;
    const alarm = (t) => scores[t] >= context.threshold;
    let t = context.step();
    while (t < scores.length && alarm(t)) t++;
    while (t < scores.length && !alarm(t)) t++;
    if (t === scores.length) t = scores.findIndex((_, k) => alarm(k));
    if (t >= 0) context.select({ timeStep: t });
  }

  function told(step, { scores: { detector, expected, scores }, phrase }) {
    const value = `${data.labels[step]}: ${context.inUnit(values[step])}`;
    if (step < detector.reach) return `${value}. ${capital(phrase)} has too little before it to expect anything.`;
    if (Number.isNaN(scores[step])) return `${value}. ${capital(phrase)} is still reading.`;
    const against = `${capital(phrase)} expected ${context.inUnit(expected[step])}: a score of ${inDigits(scores[step], 1)}`;
    return scores[step] >= context.threshold ? `${value}. ${against}, an alarm.` : `${value}. ${against}, no alarm.`;
  }
}

const WITH_EVENTS = "Grey: what was learned from. Orange: events that somebody has labelled.";
const WITHOUT = "Grey: what was learned from.";
const HELP =
  "Drag the ring to give the chosen step another value, and the line below to move the threshold; on either, ↑ and ↓ do the same and Delete undoes it. ← → step, ↑ ↓ choose a method.";

function deviation(values) {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
}

const capital = (text) => text[0].toUpperCase() + text.slice(1);

function build(context) {
  const { data } = context;
  const controls = controlsView(context);
  const watched = watchedView(context);
  const detectors = detectorsView(context);
  const precision = data.events.length ? precisionView(context) : null;
  const next = element("button", { type: "button", click: () => context.nextAlarm() }, "Next alarm");
  const back = element("button", { type: "button", click: () => context.restoreAll() }, "Give back all values");
  const elements = [
    element(
      "div",
      { class: "card" },
      controls.element,
      watched.element,
      element("div", { class: "buttons" }, next, back),
      ...context.refusals.map((sentence) => element("p", { class: "caption refused" }, sentence)),
      element("p", { class: "caption" }, data.events.length ? WITH_EVENTS : WITHOUT),
      element("p", { class: "caption help" }, HELP),
    ),
    element(
      "div",
      { class: "detection" },
      element(
        "div",
        { class: "card" },
        element("h2", {}, "Who notices"),
        detectors.element,
        element("p", { class: "caption" }, data.rule),
      ),
      ...(precision
        ? [
            element(
              "div",
              { class: "card" },
              element("h2", {}, ...context.explain("Precision and recall")),
              precision.element,
            ),
          ]
        : []),
    ),
  ];
  const buttons = {
    update: () => {
      back.disabled = !context.planted.size;
    },
  };
  return { elements, views: [controls, watched, detectors, ...(precision ? [precision] : []), buttons] };
}
