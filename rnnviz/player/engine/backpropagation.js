// The chain rule backwards through the equations of one time step. An adjoint is the derivative of the loss with respect
// to a value: a Float64Array of the value's size.

import { keyOf } from "./expressions.js";
import { FUNCTIONS } from "./functions.js";

/**
 * Carry adjoints back through equations.
 *
 * @param trace a `Trace`; units held at a value pass nothing back
 * @param equations of the cell or of its read-out, in the order they are computed
 * @param given key -> adjoint, of values that they compute
 * @returns what is found, {adjoints, outer}: of every value, states of the step before included (`h'`); and for each weight the pairs
 *   [adjoint, vector] whose outer products (or, without a vector, which themselves) add up to its gradient
 */
export function pull(trace, equations, given, t) {
  const adjoints = new Map(given);
  const outer = new Map();

  function through({ expression, parts, value }, adjoint) {
    if (expression.number !== undefined) return;
    if (expression.weight) return note(outer, expression.weight, [adjoint, null]);
    if (expression.value) return add(adjoints, keyOf(expression), adjoint);
    const operands = parts.map((part) => part.value);
    const { back } = FUNCTIONS[expression.function];
    if (expression.function === "@") {
      note(outer, expression.arguments[0].weight, [adjoint, Float64Array.from(operands[1])]);
      return through(parts[1], back(1, adjoint, value, ...operands));
    }
    parts.forEach((part, place) => {
      if (part.shape) through(part, back(place, adjoint, value, ...operands)); // a number follows nothing
    });
  }

  for (const { target, expression } of equations.toReversed()) {
    const adjoint = adjoints.get(target) ?? new Float64Array(trace.at(target, t).length);
    adjoints.set(target, adjoint);
    const held = trace.held.get(target);
    through(
      trace.computed(expression, t),
      held ? adjoint.map((value, k) => (Number.isNaN(held[k]) ? value : 0)) : adjoint,
    );
  }
  return { adjoints, outer };
}

/**
 * Add outer products to the gradient of a weight.
 *
 * @param {Float64Array} gradient its numbers, row by row
 * @param {[Float64Array, Float64Array | null][]} pairs as `pull` finds them
 */
export function addOuter(gradient, pairs) {
  for (const [adjoint, vector] of pairs) {
    const columns = gradient.length / adjoint.length;
    for (let row = 0, place = 0; row < adjoint.length; row++) {
      for (let column = 0; column < columns; column++) gradient[place++] += adjoint[row] * (vector?.[column] ?? 1);
    }
  }
}

function add(adjoints, key, adjoint) {
  const known = adjoints.get(key);
  if (!known) adjoints.set(key, Float64Array.from(adjoint));
  else for (let k = 0; k < known.length; k++) known[k] += adjoint[k];
}

function note(outer, name, pair) {
  if (!outer.has(name)) outer.set(name, []);
  outer.get(name).push(pair);
}
