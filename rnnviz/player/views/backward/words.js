// What is measured of gradients, in words: whole sentences with gaps, computed from the numbers of the charts.

import { inPowers, percent } from "../../shell/typeset.js";

/** How near the logarithms of two rates must be for one to predict the other. */
const CLOSE = 0.05;
/** How far from one a factor must be to be told from it. */
const SAME = 0.005;

const steps = (count) => (count === 1 ? "1 step" : `${count} steps`);

/**
 * How much of the last step's gradient can be left as far back as it goes: a sentence, and by which factor a step.
 *
 * @param {Float64Array} reach the norm of dh_T/dh_t for every step t
 * @param {{ title: string, everyStep: boolean, cut?: number }} shown the cell; whether the loss is at every step; after how
 *   many steps nothing is carried back any further, 0 for never
 * @returns {{ sentence: string, detail: string }}
 */
export function verdict(reach, { title, everyStep, cut = 0 }) {
  const gradient = everyStep ? "the last step's gradient" : "the gradient";
  const last = reach.length - 1;
  const first = cut ? last - (last % cut) : 0; // of the steps that the cut leaves to the last one
  const back = last - first;
  const size = reach[first];
  const said = (sentence, detail = "") => ({ sentence, detail });
  if (!last) return said("There is one step only, and nothing to carry back.");
  if (!back) return said("The cut is right before the last step: its gradient reaches no other.");
  if (Number.isNaN(size)) {
    return said("The run has grown too large for a computer's numbers, so that nothing can be carried back.");
  }
  const nothing = reach.lastIndexOf(0);
  if (nothing >= first) return said(`${steps(last - nothing)} back, nothing at all of ${gradient} is left.`);
  if (size === Infinity) return said(`${steps(back)} back, ${gradient} has grown beyond a computer's numbers.`);
  const rate = Number((size ** (1 / back)).toPrecision(3));
  return said(
    `${left(steps(back), gradient, size)}${first ? " The cut lets nothing go further back." : ""}`,
    `${title}, in the direction that keeps most: on average ${rate} times as long after each step back.`,
  );
}

/** What became of a gradient that has gone back so many steps, by the factor it can be multiplied with. */
function left(far, gradient, factor) {
  if (Math.abs(factor - 1) < SAME) return `${far} back, ${gradient} can be as large as it was.`;
  if (factor > 1) return `${far} back, ${gradient} has grown up to ${inPowers(factor)}-fold.`;
  if (factor >= 0.01) return `${far} back, at most ${percent(factor)} of ${gradient} is left.`;
  return `${far} back, at most one part in ${inFull(Math.min(1 / factor, Number.MAX_VALUE))} of ${gradient} is left.`;
}

/** A large number to two digits: 2,300 or 5.5·10⁷. */
const inFull = (size) => (size < 995e3 ? Number(size.toPrecision(2)).toLocaleString("en") : inPowers(size));

/**
 * What a curve says.
 *
 * @param {string} title of the cell
 * @param {Float64Array} reach the curve
 */
export function reading(title, reach) {
  const [first] = reach;
  const last = reach.length - 1;
  if (Number.isNaN(first)) {
    return `${title}: the run has grown too large for a computer's numbers, so that nothing can be carried back.`;
  }
  if (!first) {
    return `${title}: nothing at all reaches step ${reach.lastIndexOf(0) + 1} or those before it.`;
  }
  if (first === Infinity) return `${title}: the norm is too large for a computer's numbers at the first step.`;
  if (!last) return `${title}: there is one step only, and nothing to carry back.`;
  const rate = first ** (1 / last);
  return `${title}: over ${last} steps the norm becomes ${inPowers(first)}, a factor of ${rate.toFixed(2)} a step.`;
}

/**
 * What the spectral radius of a simple cell's matrix predicts beside what is measured, and why they differ.
 *
 * @param {Float64Array} reach the curve
 * @param rates as `ratesOf` finds them, a step each
 */
export function prediction(reach, { radius, slope, alike, stretch }) {
  const last = reach.length - 1;
  const measured = reach[0] ** (1 / last);
  if (!(last && measured && measured < Infinity && slope)) return "";
  const predicted = radius * slope;
  const [own, bent, product, found] = [radius, slope, predicted, measured].map((rate) => rate.toFixed(2));
  const beside = `Its spectral radius of ${own} times the mean slope of its activation, ${bent}, is ${product} a step;`;
  if (apart(measured, predicted) < CLOSE) return `${beside} ${found} is measured, which is close.`;
  const [stretches, uneven] = [apart(alike, predicted), apart(measured, alike)];
  const counts = (one, other) => one >= CLOSE || one >= other; // both add up to the difference
  const matrix = counts(stretches, uneven)
    ? ` The radius rules in the long run; over ${steps(last)} the matrix stretches by ${(alike / slope).toFixed(2)} each, and in a single one by up to ${stretch.toFixed(2)}, its largest singular value.`
    : "";
  const slopes = counts(uneven, stretches)
    ? ` The slopes differ from unit to unit and from step to step; with their mean everywhere it would be ${alike.toFixed(2)}.`
    : "";
  return `${beside} ${found} is measured.${matrix}${slopes}`;
}

/** How far apart two rates are, by their logarithms. */
const apart = (one, other) => Math.abs(Math.log(one / other));

/**
 * From how far back the gradient of a weight comes.
 *
 * @param {string} name of the weight
 * @param {number[]} sizes how long each part is, by the number of steps it was carried back
 */
export function distances(name, sizes) {
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  if (!whole) return `The loss tells ${name} nothing.`;
  if (!Number.isFinite(whole)) return `The gradient of ${name} is too large for a computer's numbers.`;
  let [half, near] = [0, sizes[0]];
  while (near < whole / 2) near += sizes[++half];
  const far = Math.min(FAR, Math.floor(sizes.length / 2));
  const beyond = sizes.slice(far + 1).reduce((sum, size) => sum + size, 0) / whole;
  const most = half
    ? `Half of what ${name} is told comes from at most ${steps(half)} back`
    : `Half of what ${name} is told comes from the very step of the loss`;
  return `${most}; ${percent(beyond)} comes from more than ${steps(far)} back. (Shares of the lengths of the parts, added up.)`;
}

/** What comes from further back than so many steps is said, or than half of those there are. */
const FAR = 10;
