// How each state of a time step follows each state of the one before: the chain rule forwards through the equations, as
// rnnviz/gradients/jacobians.py has it. A linear map is {diagonal}, a vector, or {dense}, a matrix.

import { component, matrix, rowOf } from "./arrays.js";
import { keyOf } from "./expressions.js";
import { FUNCTIONS } from "./functions.js";

/** What follows a value as itself. */
const identity = (size) => ({ diagonal: new Float64Array(size).fill(1), identity: true });

const denseOf = ({ diagonal, dense }) => {
  if (dense) return dense;
  const { length } = diagonal;
  const whole = matrix(length, length);
  for (let k = 0; k < length; k++) whole.values[k * length + k] = diagonal[k];
  return whole;
};

/** The product of two matrices. */
export function times(left, right) {
  const result = matrix(left.rows, right.columns);
  const { columns, values: terms } = right;
  const { values: sums } = result;
  for (let row = 0, place = 0; row < left.rows; row++) {
    const start = row * columns;
    for (let k = 0, term = 0; k < left.columns; k++, place++, term += columns) {
      const factor = left.values[place];
      if (!factor) continue;
      for (let column = 0; column < columns; column++) sums[start + column] += factor * terms[term + column];
    }
  }
  return result;
}

/** One linear map after another. */
function after(outer, inner) {
  if (inner.identity) return outer;
  if (outer.diagonal && inner.diagonal) return { diagonal: outer.diagonal.map((a, k) => a * inner.diagonal[k]) };
  if (outer.diagonal) return { dense: scaledRows(outer.diagonal, inner.dense) };
  if (inner.diagonal) return { dense: scaledColumns(outer.dense, inner.diagonal) };
  return { dense: times(outer.dense, inner.dense) };
}

function scaledRows(factors, { rows, columns, values }) {
  const result = matrix(rows, columns);
  for (let row = 0, k = 0; row < rows; row++) {
    const factor = factors[row];
    for (let column = 0; column < columns; column++, k++) result.values[k] = factor * values[k];
  }
  return result;
}

function scaledColumns({ rows, columns, values }, factors) {
  const result = matrix(rows, columns);
  for (let row = 0, k = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, k++) result.values[k] = values[k] * factors[column];
  }
  return result;
}

function plus(a, b) {
  if (a.diagonal && b.diagonal) return { diagonal: a.diagonal.map((value, k) => value + b.diagonal[k]) };
  const [left, right] = [a, b].map(denseOf);
  const sum = matrix(left.rows, left.columns);
  for (let k = 0; k < sum.values.length; k++) sum.values[k] = left.values[k] + right.values[k];
  return { dense: sum };
}

/** How a node follows one of its parts. */
function slopeOf({ expression, parts, shape: [size], value }, place) {
  const operands = parts.map((part) => part.value);
  if (expression.function === "@") return { dense: operands[0] };
  const { slopes, back } = FUNCTIONS[expression.function];
  if (slopes) {
    const at = (k) => slopes[place](component(value, k), ...operands.map((operand) => component(operand, k)));
    return { diagonal: Float64Array.from({ length: size }, (_, k) => at(k)) };
  }
  const whole = matrix(size, size);
  for (let row = 0; row < size; row++) {
    const one = new Float64Array(size);
    one[row] = 1;
    rowOf(whole, row).set(back(place, one, value, ...operands));
  }
  return { dense: whole };
}

/** How a node follows each previous state: a Map. `known` has the same of every value by its key. */
function derivatives(node, known) {
  const { expression, parts } = node;
  if (expression.value) return known.get(keyOf(expression)) ?? new Map();
  const total = new Map();
  parts.forEach((part, place) => {
    const inner = derivatives(part, known);
    if (!inner.size) return;
    const slope = slopeOf(node, place);
    for (const [state, map] of inner) {
      const term = after(slope, map);
      total.set(state, total.has(state) ? plus(total.get(state), term) : term);
    }
  });
  return total;
}

/**
 * d state_t / d state_{t-1} for every pair of states, by [to][from]: matrices whose row k is unit k of `to`. What is held
 * follows nothing.
 */
export function stateJacobians(trace, t) {
  const { cell } = trace.network;
  const known = new Map(cell.state.map((name) => [`${name}'`, new Map([[name, identity(trace.hiddenSize)]])]));
  for (const { target, expression } of cell.equations) {
    const held = trace.held.get(target);
    const free = held && { diagonal: held.map((value) => Number(Number.isNaN(value))) };
    const found = derivatives(trace.computed(expression, t), known);
    if (free) for (const [state, map] of found) found.set(state, after(free, map));
    known.set(target, found);
  }
  const nothing = () => matrix(trace.hiddenSize, trace.hiddenSize);
  const block = (to, from) => {
    const map = known.get(to).get(from);
    return map ? denseOf(map) : nothing();
  };
  const each = (make) => Object.fromEntries(cell.state.map((name) => [name, make(name)]));
  return each((to) => each((from) => block(to, from)));
}

/** The same in one matrix, all states one after the other in the order of the cell's. */
export function wholeJacobian(trace, t) {
  const { state } = trace.network.cell;
  const blocks = stateJacobians(trace, t);
  const size = trace.hiddenSize;
  const whole = matrix(size * state.length, size * state.length);
  for (const [row, to] of state.entries()) {
    for (const [column, from] of state.entries()) {
      const block = blocks[to][from];
      for (let k = 0; k < size; k++) rowOf(whole, row * size + k).set(rowOf(block, k), column * size);
    }
  }
  return whole;
}
