// The functions of the equations and their derivatives, each written here and nowhere else.
//
// Each is {shape, run, back}: `shape(...shapes)` is that of its value, from those of its operands (null for a number, [n],
// or [rows, columns]); `run(result, ...operands)` puts the value into an array of that shape and returns it (a number is
// returned alone); `back(place, adjoint, value, ...operands)` carries a derivative by the value to that by one operand.

import { component, numbersOf, rowOf, rowsOf } from "./arrays.js";

const sizeOf = (shape) => (shape ?? []).reduce((a, b) => a * b, 1);
const larger = (a, b) => (a === null || (b !== null && sizeOf(b) > sizeOf(a)) ? b : a);

/** A function of one number at a time, with its slope there: from its value and its operand. */
const ofOne = (of, slope) => ({
  shape: (shape) => shape,
  run(result, a) {
    if (result === null) return of(a);
    const [into, from] = [numbersOf(result), numbersOf(a)];
    for (let k = 0; k < into.length; k++) into[k] = of(from[k]);
    return result;
  },
  slopes: [slope],
  back: (_, adjoint, value, a) => adjoint.map((given, k) => given * slope(component(value, k), component(a, k))),
});

/** The same of two; a number meets every place, a vector every row of a matrix. */
const ofTwo = (of, ...slopes) => ({
  shape: larger,
  run(result, a, b) {
    if (result === null) return of(a, b);
    const into = numbersOf(result);
    if (typeof a === "number") {
      const right = numbersOf(b);
      for (let k = 0; k < into.length; k++) into[k] = of(a, right[k]);
    } else if (typeof b === "number") {
      const left = numbersOf(a);
      for (let k = 0; k < into.length; k++) into[k] = of(left[k], b);
    } else {
      const [left, right] = [numbersOf(a), numbersOf(b)];
      if (left.length === right.length) for (let k = 0; k < into.length; k++) into[k] = of(left[k], right[k]);
      else for (let k = 0; k < into.length; k++) into[k] = of(left[k % left.length], right[k % right.length]);
    }
    return result;
  },
  slopes,
  back: (place, adjoint, value, a, b) =>
    adjoint.map((given, k) => given * slopes[place](component(value, k), component(a, k), component(b, k))),
});

const softmax = {
  shape: (shape) => shape,
  run(result, scores) {
    const top = scores.reduce((a, b) => Math.max(a, b));
    let sum = 0;
    for (let k = 0; k < result.length; k++) sum += result[k] = Math.exp(scores[k] - top);
    for (let k = 0; k < result.length; k++) result[k] /= sum;
    return result;
  },
  back(_, adjoint, shares) {
    const mean = shares.reduce((sum, share, k) => sum + share * adjoint[k], 0);
    return adjoint.map((given, k) => shares[k] * (given - mean));
  },
};

/** The matrix product: matrix times vector or matrix, or vector times matrix. */
const product = {
  shape: (a, b) => [...a.slice(0, -1), ...b.slice(1)],
  run(result, left, right) {
    if (!left.rows) return across(result, left, right);
    if (right.rows) {
      for (const [place, row] of rowsOf(left).entries()) across(rowOf(result, place), row, right);
      return result;
    }
    return down(result, left, right);
  },
  /** Of a matrix times a vector, by the vector. */
  back: (_place, adjoint, _value, left) => across(new Float64Array(left.columns), adjoint, left),
};

/** A matrix times a vector: each row's sum from left to right, of four rows at once, so that none waits for its last term. */
function down(result, { rows, columns, values }, vector) {
  let row = 0;
  for (; row + 3 < rows; row += 4) {
    const first = row * columns;
    const second = first + columns;
    const third = second + columns;
    const fourth = third + columns;
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let column = 0; column < columns; column++) {
      const factor = vector[column];
      a += values[first + column] * factor;
      b += values[second + column] * factor;
      c += values[third + column] * factor;
      d += values[fourth + column] * factor;
    }
    result[row] = a;
    result[row + 1] = b;
    result[row + 2] = c;
    result[row + 3] = d;
  }
  for (; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[row * columns + column] * vector[column];
    result[row] = sum;
  }
  return result;
}

/** A vector times a matrix: the sum of its rows, each by one component. */
function across(result, vector, { rows, columns, values }) {
  result.fill(0);
  for (let row = 0, place = 0; row < rows; row++) {
    const factor = vector[row];
    for (let column = 0; column < columns; column++) result[column] += factor * values[place++];
  }
  return result;
}

/** By the names in the equations. The slope of relu at 0 is 0, as in PyTorch. */
export const FUNCTIONS = {
  "+": ofTwo(
    (a, b) => a + b,
    () => 1,
    () => 1,
  ),
  "-": ofTwo(
    (a, b) => a - b,
    () => 1,
    () => -1,
  ),
  "*": ofTwo(
    (a, b) => a * b,
    (_y, _a, b) => b,
    (_y, a) => a,
  ),
  "/": ofTwo(
    (a, b) => a / b,
    (_y, _a, b) => 1 / b,
    (y, _a, b) => -y / b,
  ),
  "@": product,
  negate: ofOne(
    (a) => -a,
    () => -1,
  ),
  sigmoid: ofOne(
    (a) => 1 / (1 + Math.exp(-a)),
    (y) => y * (1 - y),
  ),
  tanh: ofOne(Math.tanh, (y) => 1 - y * y),
  relu: ofOne(
    (a) => Math.max(a, 0),
    (y) => (y > 0 ? 1 : 0),
  ),
  softmax,
};
