// Where in a text the same units switch on and off together: the twin of rnnviz/analysis/patterns.py, which says what is in
// the file. Nothing here touches a page.

const LABEL = "label.";

/** Bits that were packed eight to a byte, the lowest first. */
const unpacked = (bytes, count) => Uint8Array.from({ length: count }, (_, t) => (bytes[t >> 3] >> (t & 7)) & 1);

/** How often bits were set before each place, from none up to all. */
function countsOf(bits) {
  const counts = new Int32Array(bits.length + 1);
  for (let t = 0; t < bits.length; t++) counts[t + 1] = counts[t] + bits[t];
  return counts;
}

/** A function from a first place and the first one after the last to whether all between are on; beyond the ends all is off. */
const allOnIn = (counts) => (start, end) =>
  start >= 0 && end < counts.length && counts[end] - counts[start] === end - start;

/** Whether a unit, by its `allOn`, switches with a passage: on in it, and off at one of some places just before and after. */
const switchesWith = (allOn, { start, end }, near) =>
  allOn(start, end) && !allOn(start - near, start) && !allOn(end, end + near);

/**
 * The units that switch with a passage of a text: what to search for when somebody has chosen it.
 *
 * @param {Uint8Array[]} on by unit and place whether it is on
 * @param {{ start: number, end: number }} passage
 * @param {number} near how many places just outside it a unit has time to switch in
 */
export const switchingUnits = (on, passage, near) =>
  [...on.keys()].filter((unit) => switchesWith(allOnIn(countsOf(on[unit])), passage, near));

/** The index of a text: which units are on at each of its characters. */
export class PatternIndex {
  /**
   * @param {Record<string, any>} arrays of its file
   * @param {number} near
   */
  constructor({ codes, threshold, on, ...labels }, near) {
    this.codes = codes;
    this.threshold = threshold;
    this.on = on;
    this.near = near;
    this.labels = new Map(
      Object.entries(labels)
        .filter(([name]) => name.startsWith(LABEL))
        .map(([name, bytes]) => [name.slice(LABEL.length), unpacked(bytes, codes.length)]),
    );
  }

  get length() {
    return this.codes.length;
  }

  /** At which characters a unit is on. */
  bitsOf(unit) {
    return unpacked(this.on.values.subarray(unit * this.on.columns, (unit + 1) * this.on.columns), this.length);
  }

  /**
   * The passages in which most of the chosen units switch on and off together, the best first, none over another: longest
   * runs of characters at each of which so many of the units are on. First stand those with which most units switch, then
   * those throughout which most are on, then those whose length is nearest, then those that come first.
   *
   * @param {number[]} units one at least
   * @param {number} length
   * @param {number} most how many passages
   * @returns {{ start: number, end: number, switching: number, on: number }[]}
   */
  search(units, length, most) {
    const bits = units.map((unit) => this.bitsOf(unit));
    const sums = new Uint16Array(this.length);
    for (const one of bits) for (let t = 0; t < sums.length; t++) sums[t] += one[t];
    const passages = runsOf(sums, units.length).map((passage) => ({ ...passage, switching: 0, on: 0 }));
    for (const one of bits) {
      const allOn = allOnIn(countsOf(one));
      for (const passage of passages) {
        if (!allOn(passage.start, passage.end)) continue;
        passage.on += 1;
        passage.switching += Number(switchesWith(allOn, passage, this.near));
      }
    }
    const off = ({ start, end }) => Math.abs(end - start - length);
    passages.sort((a, b) => b.switching - a.switching || b.on - a.on || off(a) - off(b) || a.start - b.start);
    return apart(passages, this.length, most);
  }

  /** By label the share of passages that are so at most of their characters, and of all characters that are. */
  shares(passages) {
    const shareOf = (label, start, end) =>
      label.subarray(start, end).reduce((sum, one) => sum + one, 0) / (end - start);
    return new Map(
      Array.from(this.labels, ([name, label]) => {
        const so = passages.filter(({ start, end }) => shareOf(label, start, end) > 0.5).length;
        return [name, { found: so / passages.length, all: shareOf(label, 0, this.length) }];
      }),
    );
  }
}

/** Where the longest runs of counts of at least 1, of at least 2 and so on start and end, each once. */
function runsOf(counts, most) {
  /** @type {Map<string, { start: number, end: number }>} */
  const runs = new Map();
  for (let least = 1; least <= most; least++) {
    let start = -1;
    for (let t = 0; t <= counts.length; t++) {
      const enough = t < counts.length && counts[t] >= least;
      if (enough && start < 0) start = t;
      if (enough || start < 0) continue;
      runs.set(`${start} ${t}`, { start, end: t });
      start = -1;
    }
  }
  return [...runs.values()];
}

/** The first of some passages, none over one before it. */
function apart(passages, length, most) {
  const taken = new Uint8Array(length);
  const found = [];
  for (const passage of passages) {
    if (found.length === most) break;
    if (taken.subarray(passage.start, passage.end).includes(1)) continue;
    taken.fill(1, passage.start, passage.end);
    found.push(passage);
  }
  return found;
}
