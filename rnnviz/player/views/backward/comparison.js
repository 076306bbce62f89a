// The networks whose gradients are drawn over one another, as the dials have them, and what is measured of them.

import { boundOf, carried, jacobiansOf, meanSlope, pairsOf, reachOf } from "../../engine/reach.js";
import { spectralNorm } from "../../engine/singular_values.js";
import { Network, Trace } from "../../engine/trace.js";
import { plainly } from "../../shell/plots.js";
import { inPowers } from "../../shell/typeset.js";

/** @import { BackwardData, Compared } from "../../shell/types.js" */

/** All pairs of steps are drawn for at most this many of them, or half as many where steps times units are many. */
const [MOST_PAIRS, LIGHT] = [50, 2000];
/** How near the logarithms of two rates must be for one to predict the other. */
const CLOSE = 0.05;

/**
 * What the dials do to a run before it starts.
 *
 * @param {Record<string, number>} at what they stand at; those that there are not do nothing
 * @param {Compared} network
 */
export function turning(at, { cell, keeping }) {
  const recurrent = Object.keys(cell.weights).filter((name) => cell.weights[name].join() === "H,H");
  const scaled = (array, factor) => ({ ...array, values: array.values.map((value) => value * factor) });
  return (setup) => {
    const { weights } = setup;
    if (at.radius !== undefined) for (const name of recurrent) weights.set(name, scaled(weights.get(name), at.radius));
    if (at.forget_bias !== undefined)
      for (const name of keeping)
        weights.set(
          name,
          weights.get(name).map(() => at.forget_bias),
        );
    if (at.input_scale !== undefined) setup.inputs = scaled(setup.inputs, at.input_scale);
  };
}

/** Of the networks that are compared the one of the picture, whose weights are not sent again. */
export const chosenOf = ({ compared }) => compared.find(({ weights }) => weights === null);

/** A sentence with the places of the dials in its gaps. */
export const filled = (sentence, at) =>
  sentence.replace(/\{(\w+)\}/g, (gap, name) => (name in at ? plainly(at[name]) : gap));

/** The networks of a picture, decoded once. */
export class Comparison {
  /** @param {Pick<BackwardData, "compared" | "weights" | "inputs" | "labels" | "caption">} data */
  constructor(data) {
    this.networks = data.compared.map((compared) => ({
      compared,
      network: new Network({ cell: compared.cell, weights: compared.weights ?? data.weights, inputs: data.inputs }),
    }));
    this.caption = data.caption;
    this.chosen = chosenOf(data);
    const chosen = this.networks.find(({ compared }) => compared === this.chosen);
    this.steps = stepsOf(data.labels.length, chosen?.network.hiddenSize ?? 0);
  }

  /**
   * Everything but the norms of all pairs: the curves, the singular values of the chosen network, what they say, and of
   * which networks they are.
   *
   * @param {Record<string, number>} at
   */
  curves(at) {
    const curves = [];
    const said = [];
    /** @type {{ singular: Float64Array[], jacobians: import("../../engine/scaled.js").Scaled[], size: number }} */
    let chosen = { singular: [new Float64Array(0)], jacobians: [], size: 0 };
    for (const { compared, network } of this.networks) {
      const { cell, simple, colour, dash } = compared;
      const { title, state, keeps } = cell;
      const trace = new Trace(network, turning(at, compared));
      const size = trace.hiddenSize;
      const jacobians = jacobiansOf(trace);
      const places = compared === this.chosen ? [0, Math.floor((size - 1) / 2), size - 1] : [0];
      const singular = reachOf(jacobians, size, places);
      if (compared === this.chosen) chosen = { singular, jacobians, size };
      const drawn = (kind, name, values) => curves.push({ kind, title: name, values, colour, dash });
      drawn("whole", title, singular[0]);
      for (const name of state.slice(1).filter((other) => keeps[other])) {
        const line = cell.equations.find(({ target }) => target === name);
        drawn("part", `${title}, ${line?.quantity.title.toLowerCase()} alone`, carried(trace, keeps[name]));
      }
      if (simple) drawn("bound", `${title}, bound`, boundOf(trace.weights, simple, trace.sequenceLength));
      said.push(
        reading(compared, singular[0], {
          jacobians,
          recurrent: simple && trace.weights.get(simple.matrix),
          radius: at.radius,
        }),
      );
    }
    return { curves, reading: said.join(" "), caption: filled(this.caption, at), ...chosen };
  }

  /** The norms of dh_t/dh_s of the chosen network, and the steps between which they are; a generator. */
  *pairs(jacobians, size) {
    const { steps } = this;
    return { steps, norms: yield* pairsOf(jacobians, size, steps) };
  }
}

/** The steps between which all pairs are drawn, the last of them always. */
function stepsOf(length, units) {
  const stride = Math.ceil(length / (length * units < LIGHT ? MOST_PAIRS : MOST_PAIRS / 2));
  const first = (length - 1) % stride;
  return Array.from({ length: (length - 1 - first) / stride + 1 }, (_, k) => first + k * stride);
}

/**
 * What a curve says, in words; of a simple cell, beside what its recurrent matrix would say.
 *
 * @param {Compared} compared
 * @param {Float64Array} reach the curve
 * @param {{ jacobians?: any, recurrent?: any, radius?: number }} run the run's Jacobians, its recurrent matrix, and what that was multiplied with
 */
export function reading({ cell: { title }, simple }, reach, { jacobians, recurrent, radius = 1 }) {
  const [first] = reach;
  const steps = reach.length - 1;
  if (Number.isNaN(first)) {
    return `${title}: the run has grown too large for a computer's numbers, so that nothing can be carried back.`;
  }
  if (!first) {
    return `${title}: nothing at all reaches step ${reach.lastIndexOf(0) + 1} or those before it.`;
  }
  if (first === Infinity) return `${title}: the norm is too large for a computer's numbers at the first step.`;
  if (!steps) return `${title}: there is one step only, and nothing to carry back.`;
  const rate = first ** (1 / steps);
  const said = `${title}: over ${steps} steps the norm becomes ${inPowers(first)}, a factor of ${rate.toFixed(2)} a step`;
  if (!simple) return `${said}.`;
  const own = simple.radius * radius;
  const beside = `${said}; the spectral radius is ${own.toFixed(2)}`;
  if (Math.abs(Math.log(rate / own)) < CLOSE) return `${beside} and predicts it well.`;
  const slope = meanSlope(jacobians, recurrent);
  if (slope < 1 - CLOSE) {
    return `${beside} and does not predict it: the activation is bent, its slope is ${slope.toFixed(2)} on average.`;
  }
  const stretch = spectralNorm(recurrent);
  return `${beside} and does not predict it over so few steps: the largest singular value is ${stretch.toFixed(2)}.`;
}
