// The networks whose gradients are drawn over one another, as the dials have them, and what is measured of them.

import { length } from "../../engine/arrays.js";
import { carriedLoss } from "../../engine/losses.js";
import { boundOf, carried, jacobiansOf, pairsOf, ratesOf, reachOf } from "../../engine/reach.js";
import { gradientByStepsBack } from "../../engine/steps_back.js";
import { Network, Trace } from "../../engine/trace.js";
import { plainly } from "../../shell/plots.js";
import { prediction, reading } from "./words.js";

/** @import { BackwardData, Compared } from "../../shell/types.js" */

/** All pairs of steps are drawn for at most this many of them, or half as many where steps times units are many. */
const [MOST_PAIRS, LIGHT] = [50, 2000];

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
  /** @param {Pick<BackwardData, "compared" | "weights" | "inputs" | "labels" | "caption" | "readout" | "everyStep">} data */
  constructor(data) {
    this.data = data;
    this.chosen = chosenOf(data);
    this.networks = data.compared.map((compared) => ({ compared, network: networkOf(data, compared) }));
    const chosen = this.networks.find(({ compared }) => compared === this.chosen);
    this.steps = stepsOf(data.labels.length, chosen?.network.hiddenSize ?? 0);
  }

  /**
   * The network of the picture, where it is among those compared: its run, the Jacobians of that, singular values, and its
   * curves and what they say.
   *
   * @param {Record<string, number>} at
   */
  own(at) {
    const own = this.networks.find(({ compared }) => compared === this.chosen);
    return own ? measured(own, at, (size) => [0, Math.floor((size - 1) / 2), size - 1]) : null;
  }

  /**
   * The curves of all networks, what they say, and of which networks they are.
   *
   * @param {Record<string, number>} at
   * @param {ReturnType<typeof measured> | null} own as found before
   */
  curves(at, own) {
    const all = this.networks.map((one) => (own && one.compared === this.chosen ? own : measured(one, at, () => [0])));
    return {
      curves: all.flatMap(({ curves }) => curves),
      reading: all.map(({ words }) => words).join("\n"),
      caption: filled(this.data.caption, at),
    };
  }

  /**
   * How long the parts of the gradient of a weight of the chosen network are, by how many steps each was carried back: as
   * far as the cut lets them, and all of them; a generator.
   *
   * @param {Trace} trace
   * @param {string} weight
   * @param {number} cut
   */
  *stepsBack(trace, weight, cut = 0) {
    const loss = carriedLoss(this.data);
    const sizes = (parts) => parts.map((part) => length(part));
    const whole = sizes(yield* gradientByStepsBack(trace, loss, weight));
    return { weight, whole, left: cut ? sizes(yield* gradientByStepsBack(trace, loss, weight, cut)) : whole };
  }

  /** The norms of dh_t/dh_s of the chosen network, and the steps between which they are; a generator. */
  *pairs(jacobians, size) {
    const { steps } = this;
    return { steps, norms: yield* pairsOf(jacobians, size, steps) };
  }
}

/** What is measured of one network; `places` says from the number of units which singular values are wanted. */
function measured({ compared, network }, at, places) {
  const { cell, simple, colour, dash } = compared;
  const { title, state, keeps } = cell;
  const trace = new Trace(network, turning(at, compared));
  const jacobians = jacobiansOf(trace);
  const singular = reachOf(jacobians, trace.hiddenSize, places(trace.hiddenSize));
  const curves = [];
  const drawn = (kind, name, values) => curves.push({ kind, title: name, values, colour, dash });
  drawn("whole", title, singular[0]);
  for (const name of state.slice(1).filter((other) => keeps[other])) {
    const line = cell.equations.find(({ target }) => target === name);
    drawn("part", `${title}, ${line?.quantity.title.toLowerCase()} alone`, carried(trace, keeps[name]));
  }
  const words = [reading(title, singular[0])];
  if (simple) {
    drawn("bound", `${title}, bound`, boundOf(trace.weights, simple, trace.sequenceLength));
    const radius = simple.radius * (at.radius ?? 1);
    words.push(prediction(singular[0], ratesOf(jacobians, trace.weights.get(simple.matrix), radius)));
  }
  return { trace, jacobians, singular, curves, words: words.filter(Boolean).join(" ") };
}

/** A network that is compared; the one of the picture with its read-out, if that has one. */
function networkOf({ weights, inputs, readout }, { cell, weights: own }) {
  return new Network(own ? { cell, weights: own, inputs } : { cell, weights, inputs, readout });
}

/** The steps between which all pairs are drawn, the last of them always. */
function stepsOf(length, units) {
  const stride = Math.ceil(length / (length * units < LIGHT ? MOST_PAIRS : MOST_PAIRS / 2));
  const first = (length - 1) % stride;
  return Array.from({ length: (length - 1 - first) / stride + 1 }, (_, k) => first + k * stride);
}
