// A network that forecasts a series: the twin of rnnviz/networks/forecaster.py. Nothing here touches a page.

import { matrix } from "./arrays.js";
import { pull } from "./backpropagation.js";
import { Backward } from "./gradient.js";
import { Network, Trace } from "./trace.js";

/** @import { ForecasterParts } from "../shell/types.js" */
/** @typedef {"direct" | "recursive"} Way how several steps ahead are forecast: all at once, or one after the other */

/** A network as the server describes it: it reads a window of a series and says what comes next. */
export class Forecaster {
  /** @param {ForecasterParts} description */
  constructor(description) {
    const { reads, window, horizon, centre, scale } = description;
    this.network = new Network(description);
    this.changes = reads === "change";
    this.window = window;
    this.horizon = horizon;
    this.centre = centre;
    this.scale = scale;
  }

  /** How many values it needs: one more than its window where it reads changes. */
  get needed() {
    return this.window + Number(this.changes);
  }

  /** What it reads of a value, with the one before it. */
  inputOf(before, value) {
    return ((this.changes ? value - before : value) - this.centre) / this.scale;
  }

  /** The value that an answer stands for, with the last one that was read. */
  valueOf(answer, last) {
    return this.scale * answer + (this.changes ? last : this.centre);
  }
}

/**
 * One run of a forecaster: over a window of values, and on over its own forecasts, each read as if it had come.
 * `direct` and `recursive` hold what is forecast, for one step ahead and on.
 */
export class Forecast {
  /**
   * @param {Forecaster} forecaster
   * @param {Float64Array} values as many as it needs, in the order of time
   */
  constructor(forecaster, values) {
    this.forecaster = forecaster;
    this.values = values;
    this.direct = new Float64Array(forecaster.horizon);
    this.recursive = new Float64Array(forecaster.horizon);
    const inputs = matrix(forecaster.window + forecaster.horizon - 1, 1);
    inputs.values.set(this.inputs(values));
    this.trace = new Trace(forecaster.network, (setup) => {
      setup.inputs = inputs;
      setup.feed = (trace, t) => this.feed(trace, t);
    });
    this.answer();
  }

  /** What is read of a window of values. */
  inputs(values) {
    const { forecaster } = this;
    const first = values.length - forecaster.window;
    return Float64Array.from({ length: forecaster.window }, (_, t) =>
      forecaster.inputOf(values[first + t - 1], values[first + t]),
    );
  }

  /** Have a step after the window read what was forecast for it. */
  feed(trace, t) {
    const { forecaster, values, recursive } = this;
    const ahead = t - forecaster.window;
    if (ahead < 0) return;
    const last = ahead ? recursive[ahead - 1] : values[values.length - 1];
    recursive[ahead] = forecaster.valueOf(trace.answer(t - 1)[0], last);
    trace.rows(trace.network.cell.input)[t][0] = forecaster.inputOf(last, recursive[ahead]);
  }

  /** Take over what is forecast. */
  answer() {
    const { forecaster, trace, values, direct, recursive } = this;
    const [answers, last] = [trace.answer(forecaster.window - 1), values[values.length - 1]];
    for (let k = 0; k < direct.length; k++) direct[k] = forecaster.valueOf(answers[k], last);
    const end = direct.length - 1;
    recursive[end] = forecaster.valueOf(trace.answer(trace.sequenceLength - 1)[0], end ? recursive[end - 1] : last);
  }

  /** Read another window; only what follows the first number that is another is computed anew. */
  read(values) {
    const [inputs, rows] = [this.inputs(values), this.trace.rows(this.trace.network.cell.input)];
    const last = this.values.length - 1;
    let from = inputs.findIndex((input, t) => input !== rows[t][0]);
    if (from < 0) from = this.forecaster.window; // the same changes; the last value may still be another
    if (from === this.forecaster.window && values[last] === this.values[last]) return;
    this.values = values;
    for (let t = from; t < inputs.length; t++) rows[t][0] = inputs[t];
    this.trace.run(from);
    this.answer();
  }

  /**
   * How a forecast follows each of the values read, (needed,): its derivative.
   *
   * @param {Way} way
   * @param {number} ahead 0 for the next step
   */
  gradient(way, ahead) {
    const { forecaster, trace } = this;
    const { network } = trace;
    const loss = way === "direct" ? directLoss(forecaster, ahead) : recursiveLoss(forecaster, ahead);
    const pass = new Backward(trace, loss);
    const found = new Float64Array(forecaster.needed);
    const first = forecaster.needed - forecaster.window;
    for (let t = 0; t < forecaster.window; t++) {
      const share = inputAdjoint(pass, network, t) / forecaster.scale;
      found[first + t] += share;
      if (forecaster.changes) found[first + t - 1] -= share;
    }
    if (forecaster.changes) found[found.length - 1] += 1; // changes are added to the last value
    return found;
  }

  /**
   * By how much a forecast is higher than it would be without a value, as if that had not been measured: a line between
   * its neighbours is in its place, at an end the one neighbour that there is. Of the last value and on to the first, one
   * each time it is asked for.
   *
   * @param {Way} way
   * @param {number} ahead
   * @returns {Generator<number>}
   */
  *occlusions(way, ahead) {
    const { forecaster, values } = this;
    const other = new Forecast(forecaster, values);
    const last = values.length - 1;
    for (let place = last; place >= 0; place--) {
      const [before, after] = [values[place ? place - 1 : 1], values[place < last ? place + 1 : last - 1]];
      const without = values.slice();
      without[place] = (before + after) / 2;
      other.read(without);
      yield this[way][ahead] - other[way][ahead];
    }
  }
}

const inputAdjoint = (pass, { cell }, t) => pass.steps[t]?.adjoints.get(cell.input)?.[0] ?? 0;

/** From derivatives by the answers at a step to that by the hidden state. */
function throughReadout(trace, t, given) {
  const { cell, readout } = trace.network;
  return pull(trace, readout.equations, new Map([[readout.answer, given]]), t).adjoints.get(cell.state[0]);
}

/** A forecast as a loss: see losses.js. All horizons are answered at the end of the window. */
const directLoss = (forecaster, ahead) => (trace) => (t) => {
  if (t !== forecaster.window - 1) return new Float64Array(trace.hiddenSize);
  const given = new Float64Array(forecaster.horizon);
  given[ahead] = forecaster.scale;
  return throughReadout(trace, t, given);
};

/** The same where each forecast is read before the next one: a step's answer is what the step after it reads. */
const recursiveLoss = (forecaster, ahead) => (trace, pass) => (t) => {
  const later = t - (forecaster.window - 1);
  if (later < 0 || later > ahead) return new Float64Array(trace.hiddenSize);
  const given = new Float64Array(forecaster.horizon);
  const counts = forecaster.changes || later === ahead; // of changes the forecast is the sum
  given[0] = inputAdjoint(pass, trace.network, t + 1) + (counts ? forecaster.scale : 0);
  return throughReadout(trace, t, given);
};
