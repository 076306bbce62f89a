// Values of a series that a person has changed: from a step, counted from 0, to the value that stands there instead.
// Nothing here touches a page.

const KIND = "value";
const MOST = 50;
const STEP = /^\d{1,5}$/;
/** Whatever a browser writes a number as: up to 21 digits, 17 after as many as six zeros of a fraction. */
const NUMBER = /^-?\d{1,21}(\.\d{1,25})?(e[+-]?\d{1,3})?$/i;

/** The series with the changes made. */
export function changedSeries(values, changes) {
  const changed = Float64Array.from(values);
  for (const [step, value] of changes) changed[step] = value;
  return changed;
}

/** The changes as the text of an address; steps count from 1 there. */
export const writeSeriesChanges = (changes) =>
  Array.from(changes, ([step, value]) => `${KIND} ${step + 1} ${value}`).join("*");

/** The changes in the text of an address, of a series of so many steps, and a sentence for every one that cannot be made. */
export function readSeriesChanges(text, length) {
  /** @type {Map<number, number>} */
  const changes = new Map();
  const refusals = [];
  const parts = (text || "").split("*").filter(Boolean);
  if (parts.length > MOST) refusals.push(`The link asks for ${parts.length} changes; the first ${MOST} are made.`);
  for (const part of parts.slice(0, MOST)) {
    const [kind, step, value] = part.split(" ");
    const problem = problemOf(kind, step, value, length);
    if (problem) refusals.push(`The link asks for the change “${part.slice(0, 40)}”, which does not fit: ${problem}.`);
    else changes.set(Number(step) - 1, Number(value));
  }
  return { changes, refusals };
}

/**
 * A sentence for each of a step, counted from 0, and a line of an address that a picture has not; nothing is said of what
 * is not asked for.
 *
 * @param {{ timeStep?: number | null, line?: string }} asked
 * @param {{ first: number, length: number, lines: string[] }} known the first step that can be chosen, how many steps
 *   there are, and the names of all lines
 */
export function refusedChoices({ timeStep, line }, { first, length, lines }) {
  const refusals = [];
  const step = timeStep ?? first;
  if (Number.isNaN(step))
    refusals.push(`The address asks for a step that is no number; the steps here are ${first + 1} to ${length}.`);
  else if (step < first || step >= length)
    refusals.push(
      `The address asks for step ${step + 1}; the steps here are ${first + 1} to ${length}, and the nearest is shown.`,
    );
  if (line && !lines.includes(line))
    refusals.push(`The address asks for “${line.slice(0, 40)}”, which is not among what can be chosen here.`);
  return refusals;
}

function problemOf(kind, step = "", value = "", length) {
  if (kind !== KIND) return `there is no change called ${kind.slice(0, 40)}`;
  if (!STEP.test(step) || Number(step) < 1 || Number(step) > length) return `it needs a step from 1 to ${length}`;
  return NUMBER.test(value) && Number.isFinite(Number(value)) ? null : "it needs a number";
}
