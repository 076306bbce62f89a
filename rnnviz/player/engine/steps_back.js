// The gradient of a loss by one weight, taken apart by how many steps it was carried back; the twin of
// `gradient_by_steps_back` in rnnviz/gradients/backpropagation.py.

import { numbersOf } from "./arrays.js";
import { addOuter, pull } from "./backpropagation.js";

/**
 * What the loss sees at step s and the use of the weight at step t belong to s - t steps back. A generator, for it takes
 * long: it pauses after each step and each number of steps back.
 *
 * @param trace a `Trace`
 * @param loss as in losses.js
 * @param {string} name of the weight
 * @param {number} truncate as `Backward` takes it
 * @returns {Generator<void, Float64Array[]>} by the number of steps back: arrays that add up to the gradient
 */
export function* gradientByStepsBack(trace, loss, name, truncate = 0) {
  const { sequenceLength: steps, hiddenSize } = trace;
  const { state, equations } = trace.network.cell;
  const size = numbersOf(trace.weights.get(name)).length;
  const parts = Array.from({ length: steps }, () => new Float64Array(size));
  const direct = loss(trace);
  let coming = []; // from each number of steps back: state -> adjoint
  for (let t = steps - 1; t >= 0; t--) {
    if (truncate && (t + 1) % truncate === 0) coming = [];
    const arriving = [new Map([[state[0], direct(t)]]), ...coming];
    coming = [];
    for (const [back, given] of arriving.entries()) {
      const { adjoints, outer } = pull(trace, equations, given, t);
      addOuter(parts[back], outer.get(name) ?? []);
      coming.push(new Map(state.map((one) => [one, adjoints.get(`${one}'`) ?? new Float64Array(hiddenSize)])));
      yield;
    }
  }
  return parts;
}
