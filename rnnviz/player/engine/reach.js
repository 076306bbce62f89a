// How far a state follows those long before it: the norms and singular values of dh_t/dh_s, over all paths; the twin of
// rnnviz/gradients/jacobians.py.

import { wholeJacobian } from "./jacobians.js";
import { Scaled, timesPower } from "./scaled.js";
import { singularValues, spectralNorm } from "./singular_values.js";

/** The state Jacobians of a run, one a step. */
export const jacobiansOf = (trace) =>
  Array.from({ length: trace.sequenceLength }, (_, t) => new Scaled(wholeJacobian(trace, t)));

/**
 * Singular values of dh_T/dh_t for the last step T and every step t: for each place, 0 for the largest, a vector.
 *
 * @param {Scaled[]} jacobians
 * @param {number} size how many units the hidden state has
 * @param {number[]} places
 */
export function reachOf(jacobians, size, places = [0]) {
  const found = places.map(() => new Float64Array(jacobians.length));
  let product = Scaled.identity(size, jacobians[0].numbers.rows);
  for (let t = jacobians.length - 1; t >= 0; t--) {
    for (const [k, value] of singularValues(product.square, places).entries()) found[k][t] = value;
    product = product.times(jacobians[t]);
  }
  return found;
}

/**
 * The norms of dh_t/dh_s between all pairs of some steps: row by row t, column by column s, 0 where s is after t. A
 * generator, for it takes long: it pauses after each.
 *
 * @param {Scaled[]} jacobians
 * @param {number} size
 * @param {number[]} steps rising
 */
export function* pairsOf(jacobians, size, steps) {
  const between = steps.map((step, k) => {
    let product = jacobians[step]; // from this step back to the one before it among the chosen
    for (let t = step - 1; k && t > steps[k - 1]; t--) product = product.times(jacobians[t]);
    return product;
  });
  const norms = new Float64Array(steps.length ** 2);
  for (let row = 0; row < steps.length; row++) {
    let product = Scaled.identity(size, jacobians[0].numbers.rows);
    for (let column = row; column >= 0; column--) {
      [norms[row * steps.length + column]] = singularValues(product.square, [0]);
      if (column) product = product.times(between[column]);
      yield;
    }
  }
  return norms;
}

/**
 * What is left at the last step of what a state held at each, along the state's own path alone: the product of the shares
 * of itself that the later steps keep, of the unit that keeps most.
 *
 * @param trace
 * @param keeps the expression of the share
 */
export function carried(trace, keeps) {
  const left = new Float64Array(trace.sequenceLength);
  const product = new Float64Array(trace.hiddenSize).fill(1);
  for (let t = trace.sequenceLength - 1; t >= 0; t--) {
    left[t] = product.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const share = trace.evaluate(keeps, t);
    for (let k = 0; k < product.length; k++) {
      const kept = typeof share === "number" ? share : share[k];
      product[k] = product[k] && kept ? product[k] * kept : 0; // nothing of what has grown beyond all numbers is nothing
    }
  }
  return left;
}

/**
 * The bound of Pascanu, Mikolov & Bengio (2013) on the norms of dh_T/dh_t, for a cell with one recurrent matrix.
 *
 * @param weights of the trace
 * @param {{ matrix: string, slope: number | null }} simple that matrix's name, and the largest slope of the activation
 * @param {number} steps
 */
export function boundOf(weights, { matrix, slope }, steps) {
  const factor = spectralNorm(weights.get(matrix)) * (slope ?? Infinity);
  return Float64Array.from({ length: steps }, (_, t) => factor ** (steps - 1 - t));
}

/**
 * What becomes of a gradient in a step of a simple cell, by its matrix and by the slopes of its activation: the spectral
 * `radius`; the mean `slope`; `alike`, the factor a step if all slopes were that; `stretch`, the largest singular value.
 *
 * @param {Scaled[]} jacobians
 * @param {import("../shell/types.js").Matrix} recurrent
 * @param {number} radius
 */
export function ratesOf(jacobians, recurrent, radius) {
  const slope = Math.abs(meanSlope(jacobians, recurrent));
  const alike = slope * powerRate(recurrent, jacobians.length - 1);
  return { radius, slope, alike, stretch: spectralNorm(recurrent) };
}

/** By which factor a step some steps of a matrix can stretch a vector: that root of the norm of that power. */
function powerRate(array, steps) {
  let [power, product] = [new Scaled(array), Scaled.identity(array.rows)];
  for (let left = steps; left; left >>= 1) {
    if (left & 1) product = product.times(power);
    power = power.times(power);
  }
  return 2 ** ((Math.log2(spectralNorm(product.numbers)) + product.exponent) / steps);
}

/**
 * The slope of a simple cell's activation, on average over steps and units: 1 - h^2 for tanh, 0 or 1 for ReLU. A row of a
 * state Jacobian is the slope times that row of the recurrent matrix.
 *
 * @param {Scaled[]} jacobians
 * @param {import("../shell/types.js").Matrix} recurrent
 */
function meanSlope(jacobians, recurrent) {
  const { rows, columns, values } = recurrent;
  let sum = 0;
  for (const { numbers, exponent } of jacobians) {
    for (let row = 0, k = 0; row < rows; row++) {
      let [along, square] = [0, 0];
      for (let column = 0; column < columns; column++, k++) {
        along += numbers.values[k] * values[k];
        square += values[k] ** 2;
      }
      sum += timesPower(along / square, exponent);
    }
  }
  return sum / (jacobians.length * rows);
}
