// How an expression gets its value, over a whole sequence or once. An expression is {number}, {weight}, {value, previous}
// or {function, arguments}; see `rnnviz.player.payload`.

import { matrix } from "./arrays.js";
import { FUNCTIONS } from "./functions.js";

/** @import { Expression } from "../shell/types.js" */

/** The key of a value: `h`, or `h'` for the state at the previous time step. */
export const keyOf = (leaf) => leaf.weight ?? leaf.value + (leaf.previous ? "'" : "");

/** The terms of a sum, from left to right; anything else is its own only term. */
export const summands = (expression) =>
  expression.function === "+" ? expression.arguments.flatMap(summands) : [expression];

/** The shape of a value, null of a number. */
export const shapeOf = (value) =>
  typeof value === "number" ? null : value.rows ? [value.rows, value.columns] : [value.length];

/**
 * An array to be filled.
 *
 * @param {number[] | null} shape
 */
const blank = (shape) =>
  shape === null ? null : shape.length === 2 ? matrix(shape[0], shape[1]) : new Float64Array(shape[0]);

/**
 * An expression as a tree of nodes {expression, parts, shape, at, value}: `at(t)` computes one, into the same array every
 * time, and leaves in `value` of each node below what it was then.
 *
 * @param {Expression} expression
 * @param leaf from a name in the expression, {at, shape} of what it stands for
 */
export function compile(expression, leaf) {
  const parts = (expression.arguments ?? []).map((part) => compile(part, leaf));
  const { at, shape } = expression.function ? applied(expression.function, parts) : leafOf(expression, leaf);
  const node = { expression, parts, shape, value: null, at: (t) => (node.value = at(t)) };
  return node;
}

const leafOf = (expression, leaf) =>
  expression.number === undefined ? leaf(expression) : { at: () => expression.number, shape: null };

function applied(name, [left, right]) {
  const { shape: shapeAfter, run } = FUNCTIONS[name];
  const shape = right ? shapeAfter(left.shape, right.shape) : shapeAfter(left.shape);
  const result = blank(shape);
  return { shape, at: right ? (t) => run(result, left.at(t), right.at(t)) : (t) => run(result, left.at(t)) };
}

/** The value of an expression, by the values of its names. */
export function evaluate(expression, values) {
  const known = (leaf) => {
    const value = values[keyOf(leaf)];
    return { at: () => value, shape: shapeOf(value) };
  };
  return compile(expression, known).at(0);
}

/** What every line of some equations gives, by its letter. */
export function compute(equations, values) {
  const known = { ...values };
  const found = {};
  for (const { target, expression } of equations) {
    found[target] = evaluate(expression, known);
    known[target] = found[target];
  }
  return found;
}
