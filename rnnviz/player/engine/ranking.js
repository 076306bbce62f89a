// How well units tell what a person has painted in a text: the area under the ROC curve, on one part of the text and on the
// other. Nothing here touches a page.

/**
 * The probability that a value is greater where a label is 1 than where it is 0, equal ones counted half (Mann & Whitney
 * 1947): the area under the ROC curve. nan where all labels are one.
 *
 * @param {ArrayLike<number>} labels of 0 or 1
 * @param {ArrayLike<number>} values
 */
export function auc(labels, values) {
  const of = (label) =>
    Float64Array.from(values)
      .filter((_, k) => labels[k] === label)
      .sort();
  const [ones, zeros] = [of(1), of(0)];
  let [less, lessOrEqual, sum] = [0, 0, 0];
  for (const one of ones) {
    while (less < zeros.length && zeros[less] < one) less++;
    while (lessOrEqual < zeros.length && zeros[lessOrEqual] <= one) lessOrEqual++;
    sum += (less + lessOrEqual) / 2;
  }
  return sum / (ones.length * zeros.length);
}

/** A place in a text from `start` up to and without `end`. @typedef {{ start: number, end: number }} Passage */

/**
 * The passages with one more: those that touch it become one with it.
 *
 * @param {Passage[]} passages
 * @param {Passage} added
 */
export function united(passages, added) {
  const touching = passages.filter(({ start, end }) => start <= added.end && added.start <= end);
  const start = Math.min(added.start, ...touching.map((one) => one.start));
  const end = Math.max(added.end, ...touching.map((one) => one.end));
  const apart = passages.filter((one) => !touching.includes(one));
  return [...apart, { start, end }].sort((a, b) => a.start - b.start);
}

/** For each time step from `first` up to and without `last` whether it is in one of the passages, as 1 or 0. */
export const labelsOf = (passages, first, last) =>
  Uint8Array.from({ length: last - first }, (_, k) =>
    Number(passages.some(({ start, end }) => start <= first + k && first + k < end)),
  );

/**
 * Where a text is parted so that about half of the painted passages stand before and half after: halfway between two of
 * them. null with fewer than two: then nothing can be held out.
 */
export function parted(passages) {
  const half = Math.floor(passages.length / 2);
  return half ? Math.ceil((passages[half - 1].end + passages[half].start) / 2) : null;
}

/**
 * A unit and how well it tells what is painted, in its direction: 1 always right, 0.5 as good as chance.
 *
 * @typedef {object} Ranked
 * @property {string} line
 * @property {number} unit
 * @property {boolean} high whether it is high where it is painted; otherwise it is low there
 * @property {number} chosen on the part of the text that chose it
 * @property {number} score on the other; nan where there is none
 */

/**
 * The units that tell best what is painted, chosen on the part of the text before a parting and scored after it.
 *
 * @param {object} text
 * @param {Map<string, Float64Array[]>} text.values by letter and time step; what is read before the text, step 0, is not
 *   looked at
 * @param {number[]} text.codes by time step
 * @param {Passage[]} passages what is painted
 * @param {number} most how many units
 * @returns {{ units: Ranked[], character: number, chosenOn: Counts, scoredOn: Counts | null }} `character` is the score of
 *   the mean label that each character had where the units were chosen
 *
 * @typedef {{ painted: number, others: number }} Counts of characters
 */
export function paintedUnits({ values, codes }, passages, most) {
  const parting = parted(passages);
  const before = partOf(codes, passages, 1, parting ?? codes.length);
  const after = parting === null ? null : partOf(codes, passages, parting, codes.length);
  const areaIn = ({ labels, first, last }, rows, unit) =>
    auc(
      labels,
      Float64Array.from({ length: last - first }, (_, k) => rows[first + k][unit]),
    );
  const ranked = [...values].flatMap(([line, rows]) =>
    Array.from(rows[0], (_, unit) => ({ line, unit, area: areaIn(before, rows, unit) })),
  );
  ranked.sort((a, b) => Math.abs(b.area - 0.5) - Math.abs(a.area - 0.5));
  const units = ranked.slice(0, most).map(({ line, unit, area }) => {
    const high = !(area < 0.5);
    const turned = (score) => (high ? score : 1 - score);
    const score = after ? areaIn(after, values.get(line), unit) : NaN;
    return { line, unit, high, chosen: turned(area), score: turned(score) };
  });
  const counted = ({ painted, others }) => ({ painted, others });
  return {
    units,
    character: after ? byCharacter(before, after) : NaN,
    chosenOn: counted(before),
    scoredOn: after && counted(after),
  };
}

function partOf(codes, passages, first, last) {
  const labels = labelsOf(passages, first, last);
  const painted = labels.reduce((sum, label) => sum + label, 0);
  return { first, last, labels, codes: codes.slice(first, last), painted, others: last - first - painted };
}

/** The score of what the current character alone tells: its mean label before, the mean of all for one that is new. */
function byCharacter(before, after) {
  const sums = new Map();
  before.codes.forEach((code, k) => {
    const { count, painted } = sums.get(code) ?? { count: 0, painted: 0 };
    sums.set(code, { count: count + 1, painted: painted + before.labels[k] });
  });
  const all = { count: before.labels.length, painted: before.painted };
  const guess = (code) => {
    const { count, painted } = sums.get(code) ?? all;
    return painted / count;
  };
  return auc(after.labels, after.codes.map(guess));
}

/**
 * The units whose values vary most between some time steps, by their standard deviation, the first the most.
 *
 * @param {Float64Array[]} rows by time step
 * @param {number} start
 * @param {number} end the first step that does not count
 * @param {number} most how many
 */
export function mostVarying(rows, start, end, most) {
  const count = end - start;
  const spread = Array.from(rows[0], (_, unit) => {
    let mean = 0;
    for (let t = start; t < end; t++) mean += rows[t][unit] / count;
    let squares = 0;
    for (let t = start; t < end; t++) squares += (rows[t][unit] - mean) ** 2;
    return squares;
  });
  return [...spread.keys()].sort((a, b) => spread[b] - spread[a] || a - b).slice(0, most);
}
