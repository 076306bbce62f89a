// Single singular values of a matrix: reflections make it bidiagonal (Golub & Kahan 1965), and counting how many of the
// bidiagonal's singular values lie below a number brackets any one of them (Demmel & Kahan 1990).

import { Scaled, timesPower } from "./scaled.js";

/** @import { Matrix } from "../shell/types.js" */

/** How near two numbers are taken for one, of the number itself and of the largest that there could be. */
const [RELATIVE, ABSOLUTE] = [2 ** -52, 2 ** -80];

/**
 * Some of the singular values of a square matrix.
 *
 * @param {Scaled} scaled
 * @param {number[]} places 0 for the largest
 * @returns {number[]} infinite where too large for a number, nan where the matrix has no numbers
 */
export function singularValues({ numbers, exponent }, places) {
  if (!numbers.values.every(Number.isFinite)) return places.map(() => Number.NaN);
  const beside = bidiagonal(numbers);
  return places.map((place) => timesPower(bracketed(beside, place), exponent));
}

/** The largest singular value of a square matrix: how far it can stretch a vector. */
export const spectralNorm = (array) => singularValues(new Scaled(array), [0])[0];

/**
 * The diagonal and what stands beside it, in turns, of a bidiagonal matrix with the same singular values.
 *
 * @param {Matrix} square
 */
function bidiagonal({ rows: size, values }) {
  const a = values.slice();
  const entries = new Float64Array(2 * size - 1);
  for (let k = 0; k < size; k++) {
    entries[2 * k] = reflectRows(a, size, k);
    if (k + 1 < size) entries[2 * k + 1] = reflectColumns(a, size, k);
  }
  return entries;
}

/** Clear column k below the diagonal; what then stands on it. */
function reflectRows(a, size, k) {
  let squares = 0;
  for (let row = k; row < size; row++) squares += a[row * size + k] ** 2;
  const head = a[k * size + k];
  const entry = head > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  if (!entry) return 0;
  a[k * size + k] = head - entry;
  const scale = entry * (head - entry); // minus half the square of the reflecting vector
  const shares = new Float64Array(size); // row by row, as the numbers lie in memory
  for (let row = k; row < size; row++) {
    const factor = a[row * size + k] / scale;
    for (let column = k + 1; column < size; column++) shares[column] += factor * a[row * size + column];
  }
  for (let row = k; row < size; row++) {
    const factor = a[row * size + k];
    for (let column = k + 1; column < size; column++) a[row * size + column] += factor * shares[column];
  }
  return entry;
}

/** Clear row k right of what stands beside the diagonal; what then stands there. */
function reflectColumns(a, size, k) {
  const [start, end] = [k * size + k + 1, (k + 1) * size];
  let squares = 0;
  for (let place = start; place < end; place++) squares += a[place] ** 2;
  const head = a[start];
  const entry = head > 0 ? -Math.sqrt(squares) : Math.sqrt(squares);
  if (!entry) return 0;
  a[start] = head - entry;
  const scale = entry * (head - entry);
  for (let row = k + 1; row < size; row++) {
    const shift = (row - k) * size;
    let sum = 0;
    for (let place = start; place < end; place++) sum += a[place] * a[place + shift];
    sum /= scale;
    for (let place = start; place < end; place++) a[place + shift] += sum * a[place];
  }
  return entry;
}

/** The singular value at a place, 0 for the largest, between numbers that have more of them below, or not. */
function bracketed(beside, place) {
  const size = (beside.length + 1) / 2;
  const squares = beside.map((entry) => entry ** 2);
  let top = 0;
  for (let k = 0; k <= beside.length; k++) top = Math.max(top, Math.abs(beside[k - 1] ?? 0) + Math.abs(beside[k] ?? 0));
  let [low, high] = [0, top];
  while (high - low > RELATIVE * high && high > ABSOLUTE * top) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (countBelow(squares, middle) < size - place) low = middle;
    else high = middle;
  }
  return high > ABSOLUTE * top ? high : 0;
}

/**
 * How many singular values of a bidiagonal matrix are less than a number, which is positive (Sturm's count).
 *
 * @param squares of its entries
 * @param {number} number
 */
function countBelow(squares, number) {
  let pivot = -number;
  let negative = 1;
  for (let k = 0; k < squares.length; k++) {
    pivot = -number - squares[k] / (pivot || Number.MIN_VALUE);
    if (pivot < 0) negative += 1;
  }
  return negative - (squares.length + 1) / 2;
}
