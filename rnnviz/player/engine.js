// The arithmetic of the player: evaluates a cell's equations, as the server describes them, over a whole sequence.
// Nothing here touches a page. A vector is a Float64Array; a matrix is {rows, columns, values} with values row by row.

const ELEMENTWISE = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  negate: (a) => -a,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  tanh: Math.tanh,
  relu: (a) => Math.max(a, 0),
};

function softmax(vector) {
  const top = vector.reduce((a, b) => Math.max(a, b));
  const powers = vector.map((value) => Math.exp(value - top));
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

function product({ rows, columns, values }, vector) {
  const result = new Float64Array(rows);
  for (let row = 0, place = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += values[place++] * vector[column];
    result[row] = sum;
  }
  return result;
}

function elementwise(operation, operands) {
  const vector = operands.find((operand) => typeof operand !== "number");
  if (vector === undefined) return operation(...operands);
  const [a, b] = operands;
  return vector.map((_, k) =>
    operation(typeof a === "number" ? a : a[k], typeof b === "number" ? b : b?.[k]),
  );
}

/** The key of a value: `h`, or `h'` for the state at the previous time step. */
export const keyOf = (leaf) => leaf.weight ?? leaf.value + (leaf.previous ? "'" : "");

/** The value of an expression, given a function from keys to values. */
export function evaluate(expression, lookup) {
  if (expression.number !== undefined) return expression.number;
  if (!expression.function) return lookup(keyOf(expression));
  const operands = expression.arguments.map((argument) => evaluate(argument, lookup));
  if (expression.function === "@") return product(...operands);
  if (expression.function === "softmax") return softmax(operands[0]);
  return elementwise(ELEMENTWISE[expression.function], operands);
}

/** Float64Array from the server's {shape, float64}, where float64 is base64 of little-endian bytes. */
export function decode({ shape, float64 }) {
  const bytes = Uint8Array.from(atob(float64), (character) => character.charCodeAt(0));
  const values = new Float64Array(bytes.buffer);
  return shape.length === 2 ? { rows: shape[0], columns: shape[1], values } : values;
}

/** Every value of a network over a sequence; `at(key, t)` is a vector (or, for a weight, a matrix). */
export class Trace {
  /**
   * @param network {cell, weights, inputs, readout}: the equations with their encoded weights, inputs (T, I), and
   *   the read-out's equations and weights or null
   */
  constructor({ cell, weights, inputs, readout }) {
    const encoded = { ...weights, ...readout?.weights };
    this.weights = new Map(Object.entries(encoded).map(([name, array]) => [name, decode(array)]));
    const x = decode(inputs);
    this.sequenceLength = x.rows;
    this.values = new Map([
      ["x", Array.from({ length: x.rows }, (_, t) => x.values.subarray(t * x.columns, (t + 1) * x.columns))],
    ]);
    const equations = [...cell.equations, ...(readout?.equations ?? [])];
    for (const { target } of equations) this.values.set(target, []);
    this.initial = new Map(cell.state.map((name) => [`${name}'`, new Float64Array(this.stateSize(cell, name))]));
    for (let t = 0; t < this.sequenceLength; t++) {
      const lookup = (key) => this.at(key, t);
      for (const { target, expression } of equations) this.values.get(target).push(evaluate(expression, lookup));
    }
    this.hiddenSize = this.at(cell.state[0], 0).length;
    this.mostUnits = Math.max(...cell.equations.map(({ target }) => this.at(target, 0).length));
  }

  stateSize(cell, name) {
    for (const [weight, shape] of Object.entries(cell.weights)) {
      const axis = shape.indexOf("H");
      const array = this.weights.get(weight);
      if (axis >= 0) return array.rows ? [array.rows, array.columns][axis] : array.length;
    }
    throw new Error(`no weight says how large the state ${name} is`);
  }

  /** The value of `key` at time step t; `h'` at t is `h` at t - 1, the initial state before the first step. */
  at(key, t) {
    if (this.weights.has(key)) return this.weights.get(key);
    if (key.endsWith("'")) return t ? this.values.get(key.slice(0, -1))[t - 1] : this.initial.get(key);
    return this.values.get(key)[t];
  }

  /** The value of any part of an equation at time step t. */
  evaluate(expression, t) {
    return evaluate(expression, (key) => this.at(key, t));
  }
}
