// A network that reads symbols one after the other: a run that grows, is cut back and forks. Nothing here touches a page.

import { matrix } from "./arrays.js";
import { compile, keyOf, shapeOf, summands } from "./expressions.js";

/** @import { Network } from "./trace.js" */
/** @import { Expression } from "../shell/types.js" */

/**
 * A part of an equation that nothing but what is read decides: the same whenever the same symbol is read.
 *
 * @typedef {Expression & { known?: Expression }} Rewritten
 */

/** The equations of a network made ready to be run over codes: what all readings that fork from one have in common. */
class Machine {
  constructor(network, prepare) {
    const setup = network.setup();
    prepare(setup);
    const { cell, readout } = network;
    this.network = network;
    this.weights = setup.weights;
    this.initial = setup.initial;
    this.held = setup.held;
    /** @type {Float64Array[]} what is read, by its code; the last is that of what is unknown: zeros */
    this.inputs = Array.from({ length: network.inputs.columns + 1 }, (_, code) => oneHot(code, network.inputs.columns));
    /** @type {any} the reading that is computed at the moment */
    this.reading = null;
    this.shapes = new Map();
    this.parts = new Map(); // expressions that were asked for, compiled
    this.leaf = this.leaf.bind(this);
    this.cellLines = cell.equations.map((equation) => this.line(equation));
    this.readoutLines = (readout?.equations ?? []).map((equation) => this.line(equation));
  }

  /** A function that computes one equation at time step t; what is held keeps its value, nan is free. */
  line({ target, expression }) {
    const { at, shape } = compile(this.rewrite(expression), this.leaf);
    const held = this.held.get(target);
    this.shapes.set(target, shape);
    return (t) => {
      const row = Float64Array.from(at(t));
      if (held) for (let k = 0; k < row.length; k++) if (!Number.isNaN(held[k])) row[k] = held[k];
      this.reading.values.get(target)[t] = row;
    };
  }

  /**
   * The same expression in which all that only the input decides is looked up: the twin of rnnviz/language/hoisting.py.
   *
   * @param {Expression} expression
   * @returns {Rewritten}
   */
  rewrite(expression) {
    const { function: name, arguments: parts } = expression;
    if (!name || !parts) return expression;
    if (this.isKnown(expression)) return { known: expression };
    if (name !== "+") return { function: name, arguments: parts.map((part) => this.rewrite(part)) };
    const terms = summands(expression);
    const known = terms.filter((term) => this.isKnown(term));
    const rest = terms.filter((term) => !this.isKnown(term)).map((term) => this.rewrite(term));
    return sum(known.length ? [this.rewrite(sum(known)), ...rest] : rest);
  }

  /**
   * Whether an expression needs weights and inputs only.
   *
   * @param {Expression} expression
   */
  isKnown({ value, previous, arguments: parts = [] }) {
    return (value === undefined || (value === this.network.cell.input && !previous)) && parts.every(this.isKnown, this);
  }

  leaf(leaf) {
    if (leaf.known) return this.table(leaf.known);
    const key = keyOf(leaf);
    const fixed = this.weights.get(key);
    if (fixed) return { at: () => fixed, shape: shapeOf(fixed) };
    if (key === this.network.cell.input) {
      return { at: (t) => this.inputs[this.reading.codes[t]], shape: shapeOf(this.inputs[0]) };
    }
    if (!leaf.previous) return { at: (t) => this.reading.values.get(key)[t], shape: this.shapes.get(key) };
    const initial = this.initial.get(key);
    return { at: (t) => (t ? this.reading.values.get(leaf.value)[t - 1] : initial), shape: shapeOf(initial) };
  }

  /** The value of an expression by the code that is read, computed once for each. */
  table(expression) {
    let code = 0;
    const input = { at: () => this.inputs[code], shape: shapeOf(this.inputs[0]) };
    const node = compile(expression, (leaf) => (leaf.weight === undefined ? input : this.leaf(leaf)));
    const found = [];
    const find = () => {
      const value = node.at(0);
      return typeof value === "number" ? value : copied(value);
    };
    return {
      at: (t) => {
        code = this.reading.codes[t];
        found[code] ??= find();
        return found[code];
      },
      shape: node.shape,
    };
  }

  /** Compute some lines of a reading at a time step. */
  run(lines, reading, t) {
    this.reading = reading;
    for (const compute of lines) compute(t);
  }

  /** The nodes of any part of an equation, with the values they have in a reading at time step t. */
  computed(expression, reading, t) {
    if (!this.parts.has(expression)) this.parts.set(expression, compile(expression, this.leaf));
    const node = this.parts.get(expression);
    this.reading = reading;
    node.at(t);
    return node;
  }
}

const oneHot = (code, size) => Float64Array.from({ length: size }, (_, place) => Number(place === code));
const sum = (terms) => terms.reduce((left, right) => ({ function: "+", arguments: [left, right] }));
const copied = (value) =>
  value.rows ? matrix(value.rows, value.columns, value.values.slice()) : Float64Array.from(value);

/**
 * Every value of a network over codes: `at(key, t)` is a vector, or for a weight a matrix, as that of `Trace`. A code that
 * the alphabet has not, its size, is read as zeros. Only what follows the first code that is another is ever computed anew,
 * and an answer when it is asked for.
 */
export class Reading {
  /**
   * @param {Network} network its own inputs are not read: see `set` and `extend`
   * @param {{ changes?: (setup: ReturnType<Network["setup"]>) => void }} options `changes` edits the set-up of the run
   *   before it starts: see `applying` in what_if.js
   */
  constructor(network, { changes = () => {} } = {}) {
    this.network = network;
    this.machine = new Machine(network, changes);
    this.hiddenSize = network.hiddenSize;
    this.mostUnits = Math.max(...network.cell.equations.map(({ target }) => this.machine.shapes.get(target)[0]));
    /** @type {number[]} */
    this.codes = [];
    /** @type {Map<string, Float64Array[]>} by letter and time step; those of an answer have gaps until it is asked for */
    this.values = new Map(network.equations.map(({ target }) => [target, []]));
  }

  /** How many codes have been read. */
  get length() {
    return this.codes.length;
  }

  /** The same, as `Trace` calls it. */
  get sequenceLength() {
    return this.length;
  }

  /** Read one more code. */
  extend(code) {
    this.codes.push(code);
    this.machine.run(this.machine.cellLines, this, this.length - 1);
  }

  /** Read these codes and no others; what they begin with and has been read already is kept. */
  set(codes) {
    this.keep(codes);
    while (this.length < codes.length) this.extend(codes[this.length]);
  }

  /** Forget all from the first code on that is another than in these; how many are left. */
  keep(codes) {
    let same = 0;
    while (same < this.length && this.codes[same] === codes[same]) same++;
    this.codes.length = same;
    for (const rows of this.values.values()) rows.length = Math.min(rows.length, same);
    return same;
  }

  /**
   * Another reading that has read the same so far, and goes on by itself; what was computed is shared.
   *
   * @param {((setup: ReturnType<Network["setup"]>) => void) | null} changes edits the set-up that it goes on with, the
   *   network's own; null for the same as before
   */
  fork(changes = null) {
    const machine = changes ? new Machine(this.network, changes) : this.machine;
    const fork = Object.create(Reading.prototype);
    const values = new Map(Array.from(this.values, ([target, rows]) => [target, rows.slice()]));
    return Object.assign(fork, this, { machine, codes: this.codes.slice(), values });
  }

  /** A value at every time step; not of an answer, which has gaps. */
  rows(letter) {
    const rows = this.values.get(letter);
    if (!rows) throw new Error(`there is no value called ${letter}`);
    return rows;
  }

  /** The value of `key` at time step t; `h'` at t is `h` at t - 1, the initial state before the first step. */
  at(key, t) {
    const { weights, initial, inputs } = this.machine;
    if (weights.has(key)) return weights.get(key);
    if (key === this.network.cell.input) return inputs[this.codes[t]];
    if (key.endsWith("'")) return t ? this.rows(key.slice(0, -1))[t - 1] : initial.get(key);
    const rows = this.rows(key);
    if (rows[t] === undefined) this.machine.run(this.machine.readoutLines, this, t);
    return rows[t];
  }

  /** What the read-out answers at time step t. */
  answer(t) {
    return this.at(this.network.readout?.answer, t);
  }

  /** How probable each symbol is as the one after that of time step t. */
  probabilities(t) {
    return this.answer(t);
  }

  /** How probable the symbol of time step t was before it was read; nan of the first and of one that is unknown. */
  probability(t) {
    return t ? (this.probabilities(t - 1)[this.codes[t]] ?? NaN) : NaN;
  }

  /** How much the symbol of time step t surprises, in bits; nan where it has no probability. */
  bits(t) {
    return -Math.log2(this.probability(t));
  }

  /** The value of any part of an equation at time step t, until the same part is asked for at another. */
  evaluate(expression, t) {
    return this.computed(expression, t).value;
  }

  /** The nodes of any part of an equation, with the values they have at time step t. */
  computed(expression, t) {
    return this.machine.computed(expression, this, t);
  }
}
