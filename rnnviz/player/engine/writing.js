// A text written symbol by symbol, by whatever says how probable each symbol is to come next. Nothing here touches a page.

import { Reading } from "./reading.js";
import { beforeDraw, drawn } from "./sampling.js";
import { applying } from "./what_if.js";

/** @import { Chance, Sampling } from "./sampling.js" */
/** @import { KneserNey } from "./kneser_ney.js" */

/**
 * @typedef {object} Source what a text is written by: it has read the prompt
 * @property {() => Float64Array} probabilities of each symbol to come next
 * @property {(code: number) => void} extend reads one symbol more
 */

/**
 * A network that has read a prompt.
 *
 * @param {Reading} reading which goes on to be read: a fork where it is still needed
 * @returns {Source & { reading: Reading }}
 */
export const networkSource = (reading) => ({
  reading,
  probabilities: () => reading.probabilities(reading.length - 1),
  extend: (code) => reading.extend(code),
});

/**
 * An n-gram that has read a prompt.
 *
 * @param {KneserNey} model
 * @param {number[]} codes
 * @returns {Source}
 */
export function ngramSource(model, codes) {
  const read = codes.slice();
  return { probabilities: () => model.probabilities(read), extend: (code) => read.push(code) };
}

/**
 * A reading that has come to the end of a prompt as it is, and from the prompt's last symbol on is another network's: the
 * same with changes.
 *
 * @param {Reading} reading
 * @param {Record<string, any>[]} changes as what_if.js reads them
 * @param {string} name the cell's
 * @param {Map<string, any>} cells
 */
export function changedAtTheEnd(reading, changes, name, cells) {
  const { codes } = reading;
  const changed = reading.fork(applying(changes, name, cells));
  changed.keep(codes.slice(0, -1));
  changed.extend(codes[codes.length - 1]);
  return changed;
}

/** A text that is being written; each step knows what its symbol was drawn from. */
export class Writing {
  /**
   * @param {Source} source
   * @param {Sampling} sampling
   * @param {Chance} chance one number for every symbol, whatever becomes of it: so texts of the same seed can be compared
   */
  constructor(source, sampling, chance) {
    this.source = source;
    this.sampling = sampling;
    this.chance = chance;
    /** @type {{ code: number, probabilities: Float64Array, left: Float64Array }[]} */
    this.steps = [];
    this.stuck = false; // whether its numbers have become too large for anything to be drawn
  }

  get length() {
    return this.steps.length;
  }

  /** Write one symbol more, if there is a probability. */
  extend() {
    const probabilities = this.source.probabilities();
    this.stuck = !probabilities.every(Number.isFinite);
    if (this.stuck) return;
    const left = beforeDraw(probabilities, this.sampling);
    const code = drawn(left, this.chance.at(this.length));
    this.steps.push({ code, probabilities, left });
    this.source.extend(code);
  }

  /** How much its symbols surprised what wrote them, in bits a symbol. */
  bits() {
    return this.steps.reduce((sum, { code, probabilities }) => sum - Math.log2(probabilities[code]), 0) / this.length;
  }

  /** The loop that it has run into: see `loopOf`. */
  loop() {
    return loopOf(
      this.steps.map(({ code }) => code),
      this.steps.map(({ code, left }) => left[code] === 1),
    );
  }
}

/** A text repeats itself where its end is so often the same, and so long. */
const [FEWEST_TIMES, SHORTEST_LOOPS] = [3, 30];

/**
 * From which symbol on, counted from 0, a text repeats itself to its end and every how many: the shortest such period, by
 * which everything comes three times and thirty symbols at least; null where it does not, or where chance had a say in it.
 *
 * @param {number[]} codes
 * @param {boolean[]} certain whether nothing but this symbol could be drawn
 */
export function loopOf(codes, certain) {
  const bound = certain.lastIndexOf(false) + 1; // what comes before was drawn by chance
  for (let period = 1; FEWEST_TIMES * period <= codes.length - bound; period++) {
    let from = codes.length - period;
    while (from > bound && codes[from - 1] === codes[from - 1 + period]) from--;
    if (codes.length - from >= Math.max(FEWEST_TIMES * period, SHORTEST_LOOPS)) return { period, from };
  }
  return null;
}

/** How many symbols two texts begin with that are the same. */
export function sameFor(one, other) {
  const most = Math.min(one.length, other.length);
  let same = 0;
  while (same < most && one.steps[same].code === other.steps[same].code) same++;
  return same;
}
