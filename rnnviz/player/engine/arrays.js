// What the player computes with: a number, a vector, which is a Float64Array, or a matrix, which is {rows, columns, values}
// with its values row by row. Nothing here touches a page.

/** @import { Encoded, Matrix, Numbers } from "../shell/types.js" */

/**
 * An array from its bytes, which are little-endian, in base64; one that came otherwise, from a file, as it is.
 *
 * @param {Encoded | Numbers} encoded
 * @returns {any} a vector or a matrix, as whoever sent it knows
 */
export function decode(encoded) {
  if (!("shape" in encoded)) return encoded;
  const { shape, float64, float32 } = encoded;
  const { buffer } = Uint8Array.from(atob(float64 ?? float32 ?? ""), (character) => character.charCodeAt(0));
  const values = float32 ? Float64Array.from(new Float32Array(buffer)) : new Float64Array(buffer);
  return shape.length === 2 ? { rows: shape[0], columns: shape[1], values } : values;
}

/** Arrays by their names, decoded. */
export const decodeAll = (arrays) =>
  Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, decode(array)]));

/** @returns {Matrix} */
export const matrix = (rows, columns, values = new Float64Array(rows * columns)) => ({ rows, columns, values });

/** All numbers of a vector or a matrix, row by row. */
export const numbersOf = (array) => (array.rows === undefined ? array : array.values);

/** A vector as a matrix of one column; a matrix as it is. @returns {Matrix} */
export const asMatrix = (array) => (array.rows ? array : matrix(array.length, 1, array));

/** One component of a vector, or the number itself. */
export const component = (value, unit) => (typeof value === "number" ? value : value[unit]);

/** One row of a matrix, as a view. */
export const rowOf = ({ columns, values }, row) => values.subarray(row * columns, (row + 1) * columns);

/** The rows of a matrix, as views. */
export const rowsOf = (array) => Array.from({ length: array.rows }, (_, row) => rowOf(array, row));

/** One column of a matrix. */
export const columnOf = ({ rows, columns, values }, column) =>
  Float64Array.from({ length: rows }, (_, row) => values[row * columns + column]);

/** Vectors one after the other. */
export function join(vectors) {
  const whole = new Float64Array(vectors.reduce((sum, { length }) => sum + length, 0));
  let place = 0;
  for (const vector of vectors) {
    whole.set(vector, place);
    place += vector.length;
  }
  return whole;
}

/** Vectors as the rows of a matrix. */
export const stack = (vectors) => matrix(vectors.length, vectors[0].length, join(vectors));

/** The place of the largest component. */
export const largest = (vector) => vector.reduce((best, value, k) => (value > vector[best] ? k : best), 0);

/** The length of a vector, or of several taken as one. */
export const length = (...vectors) =>
  Math.sqrt(vectors.reduce((sum, vector) => sum + vector.reduce((squares, value) => squares + value * value, 0), 0));
