// Simple methods that forecast a series: the twin of rnnviz/tasks/baselines.py. Nothing here touches a page.

import { decodeAll } from "./arrays.js";

/** @import { SimpleMethod } from "../shell/types.js" */

/** The values that come, each a linear function of the last ones. */
class LinearMap {
  /** @param {Record<string, any>} parameters `coefficients` (K, p + 1): a constant, then what the last value counts, and so on */
  constructor({ coefficients }) {
    this.coefficients = coefficients;
  }

  /** What comes after a step of a series, (K,); nan where there are fewer values than it reads. */
  forecast(values, origin) {
    const { rows, columns, values: weights } = this.coefficients;
    return Float64Array.from({ length: rows }, (_, k) => {
      const place = k * columns;
      let sum = weights[place];
      for (let lag = 1; lag < columns; lag++) sum += weights[place + lag] * values[origin + 1 - lag];
      return sum;
    });
  }
}

/** Exponential smoothing with an additive, possibly damped trend and an additive season. */
class Smoothing {
  /** @param {Record<string, any>} parameters `weights` (alpha, beta, gamma, phi); `start`, its level, trend and seasons; `horizon` (1,) */
  constructor({ weights, start, horizon: [horizon] }) {
    this.weights = weights;
    this.start = start;
    this.horizon = horizon;
  }

  /** What comes after a step of a series, (K,), filtered from its beginning. */
  forecast(values, origin) {
    const [alpha, beta, gamma, phi] = this.weights;
    let [level, trend] = this.start;
    const length = this.start.length - 2;
    const seasons = this.start.slice(2); // of a step, at its place in the season: the one that was estimated last
    for (let t = 0; t <= origin; t++) {
      const [value, season, before, expected] = [values[t], seasons[t % length], level, level + phi * trend];
      seasons[t % length] = gamma * (value - expected) + (1 - gamma) * season;
      level = alpha * (value - season) + (1 - alpha) * expected;
      trend = beta * (level - before) + (1 - beta) * phi * trend;
    }
    let [grown, damping] = [0, 1];
    return Float64Array.from({ length: this.horizon }, (_, k) => {
      damping *= phi;
      grown += damping;
      return level + grown * trend + seasons[(origin + 1 + k) % length];
    });
  }
}

const KINDS = { linear: LinearMap, smoothing: Smoothing };

/**
 * A method as the server describes it.
 *
 * @param {SimpleMethod} description
 * @returns {{ forecast: (values: Float64Array, origin: number) => Float64Array }}
 */
export const methodOf = ({ kind, parameters }) => new KINDS[kind](decodeAll(parameters));
