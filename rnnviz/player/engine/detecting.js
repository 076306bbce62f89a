// Finding what does not belong in a series, the twin of rnnviz/tasks/detection.py. Nothing here touches a page.

import { decode, matrix } from "./arrays.js";
import { Forecaster } from "./forecasting.js";
import { Trace } from "./trace.js";

/** @import { DetectorParts, ForecasterParts } from "../shell/types.js" */

/**
 * What expects every value from nothing but what came before it: `reach` values before are looked at, and a value is
 * `distance(values, t)` above what was `expected(values, t)`.
 *
 * @typedef {{ reach: number, expected(values: Float64Array, t: number): number,
 *   distance(values: Float64Array, t: number, expected: number): number }} Detector
 */

/** It expects a constant and a weighted sum of the last values, the last one first. @returns {Detector} */
function linear({ constant, weights: encoded }) {
  const weights = decode(encoded);
  return {
    reach: weights.length,
    expected(values, t) {
      let sum = constant;
      for (let lag = 0; lag < weights.length; lag++) sum += weights[lag] * values[t - 1 - lag];
      return sum;
    },
    distance: (values, t, expected) => values[t] - expected,
  };
}

/** It expects the mean of the last values, give or take their standard deviation. @returns {Detector} */
function rolling({ length, floor }) {
  const mean = (values, t) => {
    let sum = 0;
    for (let k = t - length; k < t; k++) sum += values[k];
    return sum / length;
  };
  return {
    reach: length,
    expected: mean,
    distance(values, t, expected) {
      let squares = 0;
      for (let k = t - length; k < t; k++) squares += (values[k] - expected) ** 2;
      return (values[t] - expected) / Math.max(Math.sqrt(squares / length), floor);
    },
  };
}

/** It expects what a network forecasts one step ahead. @returns {Detector} */
function network(_, parts) {
  const forecaster = new Forecaster(parts);
  const inputs = matrix(forecaster.window, 1);
  const trace = new Trace(forecaster.network, (setup) => {
    setup.inputs = inputs;
  });
  const read = trace.rows(forecaster.network.cell.input);
  return {
    reach: forecaster.needed,
    expected(values, t) {
      const first = t - forecaster.window;
      for (let k = 0; k < forecaster.window; k++)
        read[k][0] = forecaster.inputOf(values[first + k - 1], values[first + k]);
      trace.run();
      return forecaster.valueOf(trace.answer(forecaster.window - 1)[0], values[t - 1]);
    },
    distance: (values, t, expected) => values[t] - expected,
  };
}

/** By the names in what the server sends. */
const KINDS = { linear, rolling, network };

/** The scores of a detector over a series, as far as they have been computed: nan elsewhere. */
export class Scores {
  /**
   * @param {DetectorParts} parts
   * @param {ForecasterParts | null} network
   * @param {Float64Array} values the series: they may change, which `changed` is then told
   */
  constructor(parts, network, values) {
    /** @type {Detector} */
    this.detector = KINDS[parts.kind](parts, network);
    this.usual = parts.usual;
    this.values = values;
    this.expected = new Float64Array(values.length).fill(NaN);
    this.scores = new Float64Array(values.length).fill(NaN);
    /** @type {[number, number][]} the stretches of steps that are to be computed, in this order */
    this.due = [];
  }

  /** The same over other values, with nothing to do yet. */
  over(values) {
    const other = Object.create(Scores.prototype);
    const blank = () => new Float64Array(values.length).fill(NaN);
    return Object.assign(other, this, { values, expected: blank(), scores: blank(), due: [] });
  }

  /** The share of all steps that need no more work. */
  get share() {
    return 1 - this.due.reduce((sum, [start, stop]) => sum + stop - start, 0) / this.values.length;
  }

  /** Whether all scores of a stretch are there that can be. */
  knows(start, stop) {
    return this.due.every(([from, to]) => to <= start || from >= stop);
  }

  /** Whether all is computed that can be. */
  get isComplete() {
    return !this.due.length;
  }

  /** Have the steps from one up to but not with another computed before all else that is due. */
  demand(start, stop) {
    const [first, last] = [Math.max(start, this.detector.reach), Math.min(stop, this.values.length)];
    if (first >= last) return;
    const left = this.due.flatMap(([from, to]) => without(from, to, first, last));
    this.due = [[first, last], ...left];
  }

  /** Have those steps of a stretch computed that are not yet: all between the first and the last of them. */
  need(start, stop) {
    let [first, last] = [Math.max(start, this.detector.reach), Math.min(stop, this.values.length)];
    while (first < last && !Number.isNaN(this.expected[first])) first++;
    while (first < last && !Number.isNaN(this.expected[last - 1])) last--;
    this.demand(first, last);
  }

  /** Compute those of the steps of a stretch that are due before the others. */
  prefer(start, stop) {
    const within = this.due.flatMap(([from, to]) => both(from, to, start, stop));
    for (const [from, to] of within.toReversed()) this.demand(from, to);
  }

  /** Compute, until there is nothing to do or no more time; whether all is complete. */
  work(until) {
    while (this.due.length) {
      const [stretch] = this.due;
      while (stretch[0] < stretch[1]) {
        if (performance.now() >= until) return false;
        this.compute(stretch[0]++);
      }
      this.due.shift();
    }
    return true;
  }

  compute(t) {
    this.expected[t] = this.detector.expected(this.values, t);
    this.score(t);
  }

  score(t) {
    this.scores[t] = Math.abs(this.detector.distance(this.values, t, this.expected[t])) / this.usual;
  }

  /** After a value is another: its own score follows at once, those of what comes after it are due. */
  changed(step) {
    if (Number.isFinite(this.expected[step])) this.score(step);
    this.demand(step + 1, step + 1 + this.detector.reach);
    const last = Math.min(step + 1 + this.detector.reach, this.values.length);
    this.expected.fill(NaN, step + 1, last);
    this.scores.fill(NaN, step + 1, last);
  }
}

/** What is left of a stretch without another. @returns {[number, number][]} */
const without = (from, to, first, last) =>
  /** @type {[number, number][]} */ ([
    [from, Math.min(to, first)],
    [Math.max(from, last), to],
  ]).filter(([start, stop]) => start < stop);

/** What two stretches have in common. @returns {[number, number][]} */
const both = (from, to, start, stop) =>
  /** @type {[number, number][]} */ ([[Math.max(from, start), Math.min(to, stop)]]).filter(
    ([one, other]) => one < other,
  );

/**
 * Which steps are usual, so that an alarm at them is false: none that is learned from, of an event, or soon after one.
 *
 * @param {number} length of the series
 * @param {[number, number]} learned
 * @param {[number, number][]} events
 * @param {number} after for how many steps after an event an alarm is neither right nor false
 */
export function usualSteps(length, learned, events, after) {
  const usual = new Uint8Array(length).fill(1);
  usual.fill(0, ...learned);
  for (const [start, stop] of events) usual.fill(0, start, stop + after);
  return usual;
}

/** The first step of a stretch with an alarm; null where there is none. */
function firstAlarm(scores, threshold, start, stop) {
  for (let t = start; t < stop; t++) if (scores[t] >= threshold) return t;
  return null;
}

/**
 * What alarms at a threshold find: `after`, for each event, how many steps after its start the first alarm in it is, null
 * where there is none; `falseAlarms` of the usual `steps`.
 */
export function found(scores, threshold, events, usual) {
  const after = events.map(([start, stop]) => {
    const first = firstAlarm(scores, threshold, start, stop);
    return first === null ? null : first - start;
  });
  let [falseAlarms, steps] = [0, 0];
  for (let t = 0; t < scores.length; t++) {
    if (!usual[t] || Number.isNaN(scores[t])) continue;
    steps++;
    if (scores[t] >= threshold) falseAlarms++;
  }
  return { after, events: after.filter((one) => one !== null).length, falseAlarms, steps };
}

/** The share that events have of the events found and the false alarms together; nan where neither is. */
export const precisionOf = ({ events, falseAlarms }) => events / (events + falseAlarms);

/**
 * How many steps after the first of some that a person changed a detector notices: its first alarm there that was none
 * before the change; null where it does not.
 */
export function noticed(scores, before, threshold, [start, stop]) {
  for (let t = start; t < Math.min(stop, scores.length); t++)
    if (scores[t] >= threshold && !(before[t] >= threshold)) return t - start;
  return null;
}

/** Precision and recall at every threshold at which they change, from the highest on: {threshold, precision, recall}. */
export function curve(scores, events, usual) {
  const cases = events.map(([start, stop]) => ({ right: 1, score: highest(scores, start, stop) }));
  for (let t = 0; t < scores.length; t++)
    if (usual[t] && !Number.isNaN(scores[t])) cases.push({ right: 0, score: scores[t] });
  cases.sort((a, b) => b.score - a.score);
  const points = [];
  let right = 0;
  cases.forEach(({ right: one, score }, k) => {
    right += one;
    if (cases[k + 1]?.score === score) return;
    points.push({ threshold: score, precision: right / (k + 1), recall: right / events.length });
  });
  return points;
}

/** The highest score of a stretch, 0 where there is none. */
export function highest(scores, start, stop) {
  let found = 0;
  for (let t = start; t < stop; t++) if (scores[t] > found) found = scores[t];
  return found;
}
