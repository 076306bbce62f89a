// The arithmetic of the player: evaluates a cell's equations, as the server describes them, over a whole sequence.
// Nothing here touches a page. A vector is a Float64Array; a matrix is {rows, columns, values} with values row by row.

export const ELEMENTWISE = {
  "+": (a, b) => a + b,
  "-": (a, b) => a - b,
  "*": (a, b) => a * b,
  "/": (a, b) => a / b,
  negate: (a) => -a,
  sigmoid: (a) => 1 / (1 + Math.exp(-a)),
  tanh: Math.tanh,
  relu: (a) => Math.max(a, 0),
};

/** The key of a value: `h`, or `h'` for the state at the previous time step. */
export const keyOf = (leaf) => leaf.weight ?? leaf.value + (leaf.previous ? "'" : "");

/** One component of a vector, or the number itself. */
export const component = (value, unit) => (typeof value === "number" ? value : value[unit]);

/** An array from the server's {shape, float64} or {shape, float32}, which are base64 of little-endian bytes. */
export function decode({ shape, float64, float32 }) {
  const { buffer } = Uint8Array.from(atob(float64 ?? float32), (character) => character.charCodeAt(0));
  const values = float32 ? Float64Array.from(new Float32Array(buffer)) : new Float64Array(buffer);
  return shape.length === 2 ? { rows: shape[0], columns: shape[1], values } : values;
}

/** All numbers of a vector or a matrix, row by row. */
export const numbersOf = (array) => (array.rows ? array.values : array);

/** The rows of a matrix, as views. */
const rowsOf = ({ rows, columns, values }) =>
  Array.from({ length: rows }, (_, row) => values.subarray(row * columns, (row + 1) * columns));

/** A network as the server describes it, its arrays decoded: what traces are made of. */
export class Network {
  /**
   * @param description {cell, weights, inputs, readout}: the equations with their encoded weights, inputs (T, I), and
   *   the read-out's equations and weights or null
   */
  constructor({ cell, weights, inputs, readout }) {
    const encoded = Object.entries({ ...weights, ...readout?.weights });
    this.equations = [...cell.equations, ...(readout?.equations ?? [])];
    this.weights = new Map(encoded.map(([name, array]) => [name, decode(array)]));
    this.inputs = decode(inputs);
    this.sequenceLength = this.inputs.rows;
    this.hiddenSize = this.sizeOfState(cell);
    this.initial = new Map(cell.state.map((name) => [`${name}'`, new Float64Array(this.hiddenSize)]));
    this.cell = cell;
  }

  sizeOfState(cell) {
    for (const [weight, shape] of Object.entries(cell.weights)) {
      const axis = shape.indexOf("H");
      const array = this.weights.get(weight);
      if (axis >= 0) return array.rows ? [array.rows, array.columns][axis] : array.length;
    }
    throw new Error(`no weight says how many units ${cell.name} has`);
  }

  /** What a run starts from, for changes to edit; arrays are shared with the network: replace, do not write into them. */
  setup() {
    return { weights: new Map(this.weights), inputs: this.inputs, initial: new Map(this.initial), held: new Map() };
  }
}

/** Every value of a network over a sequence; `at(key, t)` is a vector (or, for a weight, a matrix). */
export class Trace {
  /**
   * @param network a `Network`
   * @param prepare edits the set-up of the run before it starts: see what_if.js
   */
  constructor(network, prepare = () => {}) {
    const setup = network.setup();
    prepare(setup);
    this.network = network;
    this.weights = setup.weights;
    this.initial = setup.initial;
    this.held = setup.held;
    this.sequenceLength = network.sequenceLength;
    this.hiddenSize = network.hiddenSize;
    this.values = new Map([["x", rowsOf(setup.inputs)]]);
    const lines = network.equations.map(({ target, expression }) =>
      this.line(target, expression, setup.held.get(target)),
    );
    for (let t = 0; t < this.sequenceLength; t++) for (const compute of lines) compute(t);
    this.mostUnits = Math.max(...network.cell.equations.map(({ target }) => this.at(target, 0).length));
  }

  /** A function that computes one equation at time step t; what is held keeps its value, nan is free. */
  line(target, expression, held) {
    const { at, size } = this.compile(expression);
    const rows = rowsOf({
      rows: this.sequenceLength,
      columns: size,
      values: new Float64Array(this.sequenceLength * size),
    });
    this.values.set(target, rows);
    return (t) => {
      const row = rows[t];
      row.set(at(t));
      if (held) for (let k = 0; k < size; k++) if (!Number.isNaN(held[k])) row[k] = held[k];
    };
  }

  /** An expression as {at, size}: `at(t)` computes it, into the same array every time; a number has no size. */
  compile(expression) {
    if (expression.number !== undefined) return { at: () => expression.number };
    if (!expression.function) return this.compileLeaf(keyOf(expression));
    const { function: name, arguments: parts } = expression;
    if (name === "@") return compileProduct(this.weights.get(keyOf(parts[0])), this.compile(parts[1]));
    const operands = parts.map((part) => this.compile(part));
    if (name === "softmax") return compileSoftmax(...operands);
    return (operands.length === 1 ? compileUnary : compileBinary)(ELEMENTWISE[name], ...operands);
  }

  compileLeaf(key) {
    const fixed = this.weights.get(key);
    if (fixed) return { at: () => fixed, size: fixed.length };
    if (!key.endsWith("'")) {
      const rows = this.values.get(key);
      return { at: (t) => rows[t], size: rows[0].length };
    }
    const initial = this.initial.get(key);
    return { at: (t) => (t ? this.values.get(key.slice(0, -1))[t - 1] : initial), size: initial.length };
  }

  /** The value of `key` at time step t; `h'` at t is `h` at t - 1, the initial state before the first step. */
  at(key, t) {
    if (this.weights.has(key)) return this.weights.get(key);
    if (key.endsWith("'")) return t ? this.values.get(key.slice(0, -1))[t - 1] : this.initial.get(key);
    return this.values.get(key)[t];
  }

  /** The value of any part of an equation at time step t. */
  evaluate(expression, t) {
    return this.compile(expression).at(t);
  }
}

function compileProduct({ rows, columns, values }, vector) {
  const result = new Float64Array(rows);
  const at = (t) => {
    const factors = vector.at(t);
    for (let row = 0, place = 0; row < rows; row++) {
      let sum = 0;
      for (let column = 0; column < columns; column++) sum += values[place++] * factors[column];
      result[row] = sum;
    }
    return result;
  };
  return { at, size: rows };
}

function compileSoftmax({ at: inner, size }) {
  const result = new Float64Array(size);
  return { at: (t) => softmax(inner(t), result), size };
}

/** The softmax of some values, put into `result`. */
export function softmax(values, result) {
  const top = values.reduce((a, b) => Math.max(a, b));
  let sum = 0;
  for (let k = 0; k < result.length; k++) sum += result[k] = Math.exp(values[k] - top);
  for (let k = 0; k < result.length; k++) result[k] /= sum;
  return result;
}

function compileUnary(operation, { at: inner, size }) {
  if (size === undefined) return { at: (t) => operation(inner(t)) };
  const result = new Float64Array(size);
  const at = (t) => {
    const values = inner(t);
    for (let k = 0; k < size; k++) result[k] = operation(values[k]);
    return result;
  };
  return { at, size };
}

function compileBinary(operation, left, right) {
  const size = left.size ?? right.size;
  if (size === undefined) return { at: (t) => operation(left.at(t), right.at(t)) };
  const result = new Float64Array(size);
  const at = (t) => {
    const [a, b] = [left.at(t), right.at(t)];
    if (left.size === undefined) for (let k = 0; k < size; k++) result[k] = operation(a, b[k]);
    else if (right.size === undefined) for (let k = 0; k < size; k++) result[k] = operation(a[k], b);
    else for (let k = 0; k < size; k++) result[k] = operation(a[k], b[k]);
    return result;
  };
  return { at, size };
}
