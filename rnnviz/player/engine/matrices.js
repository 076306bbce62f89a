// The arithmetic of equations over matrices, one step at a time: what engine.js is for a cell over a whole sequence, for
// networks whose steps depend on what was said before. Nothing here touches a page. A vector is a Float64Array; a matrix is
// {rows, columns, values} with values row by row.

import { ELEMENTWISE, keyOf, numbersOf, softmax } from "./engine.js";

const like = (value, numbers) => (value.rows ? { ...value, values: numbers } : numbers);

function each(operation, value) {
  if (typeof value === "number") return operation(value);
  return like(value, numbersOf(value).map(operation));
}

/** Two values place by place; a number meets every place, a vector every row of a matrix. */
function pairwise(operation, left, right) {
  if (typeof left === "number") return each((value) => operation(left, value), right);
  if (typeof right === "number") return each((value) => operation(value, right), left);
  const [a, b] = [numbersOf(left), numbersOf(right)];
  const larger = a.length < b.length ? right : left;
  const numbers = new Float64Array(numbersOf(larger).length);
  for (let k = 0; k < numbers.length; k++) numbers[k] = operation(a[k % a.length], b[k % b.length]);
  return like(larger, numbers);
}

function inner(a, b, from = 0) {
  let sum = 0;
  for (let k = 0; k < b.length; k++) sum += a[from + k] * b[k];
  return sum;
}

/** A matrix times a vector or a matrix, or a vector times a matrix. */
function product(left, right) {
  if (!left.rows) {
    const result = new Float64Array(right.columns);
    for (let row = 0, place = 0; row < right.rows; row++) {
      for (let column = 0; column < right.columns; column++) result[column] += left[row] * right.values[place++];
    }
    return result;
  }
  const { rows, columns, values } = left;
  if (!right.rows) return Float64Array.from({ length: rows }, (_, row) => inner(values, right, row * columns));
  return stack(
    Array.from({ length: rows }, (_, row) => product(values.subarray(row * columns, (row + 1) * columns), right)),
  );
}

/** Vectors as the rows of a matrix. */
export const stack = (vectors) => ({
  rows: vectors.length,
  columns: vectors[0].length,
  values: join(vectors),
});

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

/** One row of a matrix, as a view. */
export const rowOf = ({ columns, values }, row) => values.subarray(row * columns, (row + 1) * columns);

/** The value of an expression, by the values of its names. */
export function evaluate(expression, values) {
  if (expression.number !== undefined) return expression.number;
  if (!expression.function) return values[keyOf(expression)];
  const operands = expression.arguments.map((part) => evaluate(part, values));
  if (expression.function === "@") return product(...operands);
  if (expression.function === "softmax") return softmax(operands[0], new Float64Array(operands[0].length));
  return (operands.length === 1 ? each : pairwise)(ELEMENTWISE[expression.function], ...operands);
}

/** What every line of some equations gives, by its letter. */
export function compute(equations, values) {
  const known = { ...values };
  return Object.fromEntries(
    equations.map(({ target, expression }) => [target, (known[target] = evaluate(expression, known))]),
  );
}
