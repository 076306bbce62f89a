// Backpropagation through time, derived from the equations; the twin of rnnviz/gradients/backpropagation.py.

import { matrix, numbersOf } from "./arrays.js";
import { addOuter, pull } from "./backpropagation.js";
import { stateJacobians } from "./jacobians.js";

/** Every adjoint of a trace, from the loss at the right to the first step at the left. */
export class Backward {
  /**
   * @param trace a `Trace`; units held at a value pass nothing back
   * @param loss as in losses.js: from a trace, a function of the time step: what the loss says to the hidden state directly;
   *   where a later step reads what an earlier one answered, it may ask this pass, which has been at the later one already
   * @param truncate the gradient is not carried back over the borders of windows of this many steps; 0 for never
   */
  constructor(trace, loss, truncate = 0) {
    const { network, sequenceLength } = trace;
    this.trace = trace;
    this.state = network.cell.state;
    this.equations = network.cell.equations;
    this.direct = []; // per step: what the loss says there
    this.incoming = []; // per step: state -> adjoint that comes from the steps after it
    this.steps = []; // per step: {adjoints, outer} of `pull`, and `outgoing`, state -> adjoint of the step before
    this.jacobians = []; // per step: what was asked for
    const direct = loss(trace, this);
    let coming = this.zeros();
    for (let t = sequenceLength - 1; t >= 0; t--) {
      this.direct[t] = direct(t);
      if (truncate && (t + 1) % truncate === 0) coming = this.zeros();
      this.incoming[t] = coming;
      this.steps[t] = this.step(t);
      coming = this.steps[t].outgoing;
    }
  }

  zeros() {
    return new Map(this.state.map((name) => [name, new Float64Array(this.trace.hiddenSize)]));
  }

  /** What arrives at a state of a step: from the steps after it, and at the hidden state from the loss here. */
  arriving(name, t) {
    const coming = this.incoming[t].get(name);
    return name === this.state[0] ? coming.map((value, k) => value + this.direct[t][k]) : coming.slice();
  }

  step(t) {
    const given = new Map(this.state.map((name) => [name, this.arriving(name, t)]));
    const { adjoints, outer } = pull(this.trace, this.equations, given, t);
    const none = this.zeros();
    const outgoing = new Map(this.state.map((name) => [name, adjoints.get(`${name}'`) ?? none.get(name)]));
    return { adjoints, outer, outgoing };
  }

  /** The adjoint of a state at time step t: of the loss with respect to it, over all paths. */
  at(name, t) {
    return this.steps[t].adjoints.get(name);
  }

  /** d state_t / d state_{t-1} for two states: a matrix whose row k is unit k of `to`. */
  jacobian(to, from, t) {
    this.jacobians[t] ??= stateJacobians(this.trace, t);
    return this.jacobians[t][to][from];
  }

  /** What the steps from `t` on add to the gradient of a weight: an array of the weight's own form. */
  gradient(name, t = 0) {
    const weight = this.trace.weights.get(name);
    const values = new Float64Array(numbersOf(weight).length);
    for (let step = t; step < this.steps.length; step++) addOuter(values, this.steps[step].outer.get(name) ?? []);
    return weight.rows ? matrix(weight.rows, weight.columns, values) : values;
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
