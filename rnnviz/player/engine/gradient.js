// Backpropagation through time, derived from the equations as the engine is; the twin of rnnviz/gradients.py.
// An adjoint is the derivative of the loss with respect to a value: a Float64Array of the value's size.

import { isWanted } from "../shell/answers.js";
import { component } from "./engine.js";

const SLOPES = {
  sigmoid: (result) => result * (1 - result),
  tanh: (result) => 1 - result * result,
  relu: (result) => (result > 0 ? 1 : 0),
};

/** The length of a vector, or of several taken as one. */
export const length = (...vectors) =>
  Math.sqrt(vectors.reduce((sum, vector) => sum + vector.reduce((squares, value) => squares + value * value, 0), 0));

/** What the loss says to every state directly: half the squared hidden state, at the last step or at every step. */
export const halfSquare = (everyStep) => (trace, t) => {
  const [hidden] = trace.network.cell.state;
  const counts = everyStep || t === trace.sequenceLength - 1;
  return counts ? Float64Array.from(trace.at(hidden, t)) : new Float64Array(trace.hiddenSize);
};

/** The same for the surprise (in nats) of a read-out about the symbols that really come. */
export const surprise = (everyStep, targets) => (trace, t) => {
  const counts = everyStep || t === trace.sequenceLength - 1;
  const adjoint = new Float64Array(trace.hiddenSize);
  if (!counts) return adjoint;
  return transposed(trace.at("W_hy"), surpriseSlope(trace, t, targets[t]));
};

/** How the surprise about a symbol follows what the softmax is given. */
function surpriseSlope(trace, t, target) {
  const error = Float64Array.from(trace.at("y", t));
  error[target] -= 1;
  return error;
}

/** Minus the log of the probability that a softmax gives to a symbol, in nats. */
function surpriseAt(trace, t, target) {
  const { expression } = trace.network.equations.at(-1);
  const scores = trace.evaluate(expression.arguments[0], t);
  const top = scores.reduce((a, b) => Math.max(a, b));
  return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0)) + top - scores[target];
}

/** What is minimised for each kind of answer: its size, and how it follows W_hy @ h + b_y. */
const LOSSES = {
  symbol: { size: surpriseAt, slope: surpriseSlope },
  number: {
    size: (trace, t, target) => (trace.at("y", t)[0] - target) ** 2,
    slope: (trace, t, target) => trace.at("y", t).map((value) => 2 * (value - target)),
  },
};

/** The loss that is trained on, the mean over all answers that are wanted: its size, and what it says to every state. */
export function answerLoss(readout) {
  const { symbols, targets } = readout;
  const { size, slope } = LOSSES[symbols.length ? "symbol" : "number"];
  const steps = [...targets.keys()].filter((t) => isWanted(readout, t));
  return {
    steps,
    size: (trace) => steps.reduce((sum, t) => sum + size(trace, t, targets[t]), 0) / steps.length,
    direct(trace, t) {
      if (!isWanted(readout, t)) return new Float64Array(trace.hiddenSize);
      return transposed(trace.at("W_hy"), slope(trace, t, targets[t])).map((value) => value / steps.length);
    },
  };
}

/** matrix^T times vector. */
function transposed({ rows, columns, values }, vector) {
  const result = new Float64Array(columns);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) result[column] += values[place++] * vector[row];
  }
  return result;
}

/** Every adjoint of a trace, from the loss at the right to the first step at the left. */
export class Backward {
  /**
   * @param trace a `Trace`; units held at a value pass nothing back
   * @param loss a function of the trace and a time step: what the loss says to the hidden state directly
   * @param truncate the gradient is not carried back over the borders of windows of this many steps; 0 for never
   */
  constructor(trace, loss, truncate = 0) {
    const { network, sequenceLength } = trace;
    this.trace = trace;
    this.state = network.cell.state;
    this.equations = network.cell.equations;
    const [hidden] = this.state;
    this.direct = Array.from({ length: sequenceLength }, (_, t) => loss(trace, t));
    this.incoming = []; // per step: state -> adjoint that comes from the steps after it
    this.steps = []; // per step: what the pass through it found
    let coming = this.zeros();
    for (let t = sequenceLength - 1; t >= 0; t--) {
      if (truncate && (t + 1) % truncate === 0) coming = this.zeros();
      this.incoming[t] = coming;
      const adjoints = new Map(this.state.map((name) => [name, Float64Array.from(coming.get(name))]));
      add(adjoints, hidden, this.direct[t]);
      this.steps[t] = this.pull(adjoints, t);
      coming = this.steps[t].outgoing;
    }
  }

  zeros() {
    return new Map(this.state.map((name) => [name, new Float64Array(this.trace.hiddenSize)]));
  }

  /** The adjoint of a state at time step t: of the loss with respect to it, over all paths. */
  at(name, t) {
    return this.steps[t].adjoints.get(name);
  }

  /**
   * Carry adjoints of the states of one time step back through its equations.
   *
   * @param given state -> adjoint
   * @returns {adjoints, outgoing, outer}: of every value of the step; of the states of the step before; and for each
   *   weight the pairs [adjoint, vector] whose outer products (or, without a vector, which themselves) add up to it
   */
  pull(given, t) {
    const adjoints = new Map(given);
    const outer = new Map();
    for (const { target, expression } of [...this.equations].reverse()) {
      const adjoint = adjoints.get(target) ?? new Float64Array(this.trace.at(target, t).length);
      adjoints.set(target, adjoint);
      const held = this.trace.held.get(target);
      const free = held ? adjoint.map((value, k) => (Number.isNaN(held[k]) ? value : 0)) : adjoint;
      // The value is known; where a unit is held it is another one, but there nothing passes.
      this.through(expression, free, t, adjoints, outer, this.trace.at(target, t));
    }
    const outgoing = new Map(
      this.state.map((name) => [name, adjoints.get(`${name}'`) ?? new Float64Array(this.trace.hiddenSize)]),
    );
    return { adjoints, outgoing, outer };
  }

  /** The chain rule, one operation at a time; `known` is the value of the expression where it need not be computed. */
  through(expression, adjoint, t, adjoints, outer, known) {
    if (expression.number !== undefined) return;
    if (expression.weight) {
      note(outer, expression.weight, [adjoint, null]);
      return;
    }
    if (expression.value) {
      add(adjoints, expression.value + (expression.previous ? "'" : ""), adjoint);
      return;
    }
    const { function: name, arguments: parts } = expression;
    const value = (part) => this.trace.evaluate(part, t);
    const back = (part, factor) => this.through(part, adjoint.map(factor), t, adjoints, outer);
    const [first, second] = parts;
    if (name === "@") {
      const matrix = this.trace.at(first.weight, t);
      note(outer, first.weight, [adjoint, Float64Array.from(value(second))]);
      this.through(second, transposed(matrix, adjoint), t, adjoints, outer);
    } else if (name === "softmax") {
      const shares = known ?? value(expression);
      const mean = shares.reduce((sum, share, k) => sum + share * adjoint[k], 0);
      back(first, (given, k) => shares[k] * (given - mean));
    } else if (name in SLOPES) {
      const result = known ?? value(expression);
      back(first, (given, k) => given * SLOPES[name](component(result, k)));
    } else if (name === "negate") {
      back(first, (given) => -given);
    } else {
      const [a, b] = parts.map(value);
      const factors = {
        "+": [() => 1, () => 1],
        "-": [() => 1, () => -1],
        "*": [(k) => component(b, k), (k) => component(a, k)],
        "/": [(k) => 1 / component(b, k), (k) => -component(a, k) / component(b, k) ** 2],
      }[name];
      parts.forEach((part, place) => back(part, (given, k) => given * factors[place](k)));
    }
  }

  /** d state_t / d state_{t-1} for two states: a matrix whose row k is unit k of `to`. */
  jacobian(to, from, t) {
    const size = this.trace.hiddenSize;
    const values = new Float64Array(size * size);
    for (let row = 0; row < size; row++) {
      const given = this.zeros();
      given.get(to)[row] = 1;
      values.set(this.pull(given, t).outgoing.get(from), row * size);
    }
    return { rows: size, columns: size, values };
  }

  /** What the steps from `t` on add to the gradient of a weight: an array of the weight's own form. */
  gradient(name, t = 0) {
    const weight = this.trace.weights.get(name);
    const columns = weight.columns ?? 1;
    const values = new Float64Array(weight.rows ? weight.values.length : weight.length);
    for (let step = t; step < this.steps.length; step++) {
      for (const [adjoint, vector] of this.steps[step].outer.get(name) ?? []) {
        for (let row = 0, place = 0; row < adjoint.length; row++) {
          for (let column = 0; column < columns; column++) values[place++] += adjoint[row] * (vector?.[column] ?? 1);
        }
      }
    }
    return weight.rows ? { ...weight, values } : values;
  }

  /** The size of what one step adds to the gradient of a weight. */
  contribution(name, t) {
    const weight = this.trace.weights.get(name);
    const columns = weight.columns ?? 1;
    const pairs = this.steps[t].outer.get(name) ?? [];
    let sum = 0;
    for (let row = 0; row < (pairs[0]?.[0].length ?? 0); row++) {
      for (let column = 0; column < columns; column++) {
        sum += pairs.reduce((total, [adjoint, vector]) => total + adjoint[row] * (vector?.[column] ?? 1), 0) ** 2;
      }
    }
    return Math.sqrt(sum);
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
