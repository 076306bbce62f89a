// A cell's equations over a whole sequence, as the server describes them. Nothing here touches a page.

import { decode, decodeAll, matrix, rowsOf } from "./arrays.js";
import { compile, keyOf, shapeOf } from "./expressions.js";

/** @import { Readout, Scene } from "../shell/types.js" */

/** How many units a cell has, by the shape of a weight that says so. */
export function unitsOf(cell, weights) {
  for (const [name, sizes] of Object.entries(cell.weights)) {
    const axis = sizes.indexOf("H");
    if (axis >= 0) return Number(shapeOf(weights[name])?.[axis]);
  }
  throw new Error(`no weight says how many units ${cell.name} has`);
}

/** A network as the server describes it, its arrays decoded: what traces are made of. */
export class Network {
  /**
   * @param {Pick<Scene, "cell" | "weights" | "inputs"> & { readout?: Readout | null }} description the equations with their
   *   encoded weights, inputs (T, I), and the read-out's equations and weights or null
   */
  constructor({ cell, weights, inputs, readout }) {
    const arrays = decodeAll({ ...weights, ...readout?.weights });
    this.cell = cell;
    this.readout = readout ?? null;
    this.equations = [...cell.equations, ...(readout?.equations ?? [])];
    this.weights = new Map(Object.entries(arrays));
    this.inputs = decode(inputs);
    this.sequenceLength = this.inputs.rows;
    this.hiddenSize = unitsOf(cell, arrays);
    this.initial = new Map(cell.state.map((name) => [`${name}'`, new Float64Array(this.hiddenSize)]));
  }

  /**
   * What a run starts from, for changes to edit; arrays are shared with the network: replace, do not write into them.
   * `feed(trace, t)` is called before a time step is computed, and may write what is read then: of a run that reads its
   * own answers.
   */
  setup() {
    return {
      weights: new Map(this.weights),
      inputs: this.inputs,
      initial: new Map(this.initial),
      held: new Map(),
      feed: (_trace, _t) => {},
    };
  }
}

/** Every value of a network over a sequence; `at(key, t)` is a vector (or, for a weight, a matrix). */
export class Trace {
  /**
   * @param {Network} network
   * @param {(setup: ReturnType<Network["setup"]>) => void} prepare edits the set-up of the run before it starts: see what_if.js
   */
  constructor(network, prepare = () => {}) {
    const setup = network.setup();
    prepare(setup);
    this.network = network;
    this.weights = setup.weights;
    this.initial = setup.initial;
    this.held = setup.held;
    this.feed = setup.feed;
    this.sequenceLength = setup.inputs.rows;
    this.hiddenSize = network.hiddenSize;
    this.parts = new Map(); // expressions that were asked for, compiled, and the time step of their values
    this.leaf = this.leaf.bind(this);
    /** @type {Map<string, Float64Array[]>} */
    this.values = new Map([[network.cell.input, rowsOf(setup.inputs)]]);
    this.lines = network.equations.map(({ target, expression }) =>
      this.line(target, expression, setup.held.get(target)),
    );
    this.run();
    this.mostUnits = Math.max(...network.cell.equations.map(({ target }) => this.at(target, 0).length));
  }

  /** Compute everything from a time step on: at first, and anew where what is read from there on is another. */
  run(from = 0) {
    for (const part of this.parts.values()) part.step = -1;
    for (let t = from; t < this.sequenceLength; t++) {
      this.feed(this, t);
      for (const compute of this.lines) compute(t);
    }
  }

  /** A function that computes one equation at time step t; what is held keeps its value, nan is free. */
  line(target, expression, held) {
    const {
      at,
      shape: [size],
    } = this.compile(expression);
    const rows = rowsOf(matrix(this.sequenceLength, size));
    this.values.set(target, rows);
    return (t) => {
      const row = rows[t];
      row.set(at(t));
      if (held) for (let k = 0; k < size; k++) if (!Number.isNaN(held[k])) row[k] = held[k];
    };
  }

  /** An expression as a tree of nodes: see expressions.js. */
  compile(expression) {
    return compile(expression, this.leaf);
  }

  leaf(leaf) {
    const key = keyOf(leaf);
    const fixed = this.weights.get(key);
    if (fixed) return { at: () => fixed, shape: shapeOf(fixed) };
    if (!leaf.previous) {
      const rows = this.rows(key);
      return { at: (t) => rows[t], shape: shapeOf(rows[0]) };
    }
    const initial = this.initial.get(key);
    return { at: (t) => (t ? this.rows(leaf.value)[t - 1] : initial), shape: shapeOf(initial) };
  }

  /** A value at every time step. */
  rows(letter) {
    const rows = this.values.get(letter);
    if (!rows) throw new Error(`there is no value called ${letter}`);
    return rows;
  }

  /** The value of `key` at time step t; `h'` at t is `h` at t - 1, the initial state before the first step. */
  at(key, t) {
    if (this.weights.has(key)) return this.weights.get(key);
    if (key.endsWith("'")) return t ? this.rows(key.slice(0, -1))[t - 1] : this.initial.get(key);
    return this.rows(key)[t];
  }

  /** What the read-out answers at time step t. */
  answer(t) {
    return this.at(this.network.readout?.answer, t);
  }

  /** The value of any part of an equation at time step t, until the same part is asked for at another. */
  evaluate(expression, t) {
    return this.computed(expression, t).value;
  }

  /** The nodes of any part of an equation, with the values they have at time step t. */
  computed(expression, t) {
    if (!this.parts.has(expression)) this.parts.set(expression, { node: this.compile(expression), step: -1 });
    const part = this.parts.get(expression);
    if (part.step !== t) part.node.at(t);
    part.step = t;
    return part.node;
  }
}
