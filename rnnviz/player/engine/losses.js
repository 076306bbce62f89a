// What a network is judged by: how large a loss is, and what it says directly to the states that the read-out reads.
// It is pulled back through the read-out's own equations.

import { pull } from "./backpropagation.js";

/** Whether an answer is asked for at a step: without a list, the next symbol is, always. */
export const isWanted = ({ wanted }, timeStep) => wanted?.[timeStep] ?? true;

/** Half the squared hidden state, at the last step or at every step: from a trace, a function of the time step. */
export const halfSquare = (everyStep) => (trace) => {
  const [hidden] = trace.network.cell.state;
  return (t) => (counts(trace, everyStep, t) ? trace.at(hidden, t).slice() : new Float64Array(trace.hiddenSize));
};

/** The same for the surprise (in nats) of a read-out about the symbols that really come. */
export const surprise = (everyStep, targets) => (trace) => {
  const { slope } = lossOf(trace.network.readout);
  return (t) =>
    counts(trace, everyStep, t)
      ? throughReadout(trace, t, slope(trace, t, targets[t]))
      : new Float64Array(trace.hiddenSize);
};

/** The loss that is carried back through a scene: the surprise of its read-out, or without one half the squared state. */
export const carriedLoss = ({ readout, everyStep }) =>
  readout ? surprise(everyStep, readout.targets) : halfSquare(everyStep);

const counts = (trace, everyStep, t) => everyStep || t === trace.sequenceLength - 1;

/**
 * The loss that is trained on, the mean over all answers that are wanted: `steps`, where they are; `size(trace)`; and
 * `direct`, as the other losses.
 */
export function answerLoss(readout) {
  const { targets } = readout;
  const { size, slope } = lossOf(readout);
  const steps = [...targets.keys()].filter((t) => isWanted(readout, t));
  return {
    steps,
    size: (trace) => steps.reduce((sum, t) => sum + size(trace, t, targets[t]), 0) / steps.length,
    direct: (trace) => (t) =>
      isWanted(readout, t)
        ? throughReadout(
            trace,
            t,
            slope(trace, t, targets[t]).map((value) => value / steps.length),
          )
        : new Float64Array(trace.hiddenSize),
  };
}

/**
 * What is minimised for each kind of answer: its size, and how it follows what the read-out's last equation squashes, or
 * that equation's value where it squashes nothing.
 */
const LOSSES = {
  /** Minus the log of the probability that a softmax gives to the right symbol, in nats. */
  symbol: {
    size(trace, t, target) {
      const scores = trace.evaluate(innermost(trace.network.readout), t);
      const top = scores.reduce((a, b) => Math.max(a, b));
      return Math.log(scores.reduce((sum, score) => sum + Math.exp(score - top), 0)) + top - scores[target];
    },
    slope(trace, t, target) {
      const error = trace.answer(t).slice();
      error[target] -= 1;
      return error;
    },
  },
  /** The squared distance from the right number. */
  number: {
    size: (trace, t, target) => (trace.answer(t)[0] - target) ** 2,
    slope: (trace, t, target) => trace.answer(t).map((value) => 2 * (value - target)),
  },
};

const lossOf = ({ symbols }) => LOSSES[symbols.length ? "symbol" : "number"];

/** The last equation of a read-out, without the softmax around it: with it a surprise could be infinite. */
function innermost({ equations }) {
  const { expression } = equations.at(-1);
  return expression.function === "softmax" ? expression.arguments[0] : expression;
}

/** From a derivative by the scores that a read-out answers from to that by the hidden state. */
function throughReadout(trace, t, given) {
  const { cell, readout } = trace.network;
  const last = { target: readout.answer, expression: innermost(readout) };
  const { adjoints } = pull(trace, [...readout.equations.slice(0, -1), last], new Map([[last.target, given]]), t);
  return adjoints.get(cell.state[0]);
}
