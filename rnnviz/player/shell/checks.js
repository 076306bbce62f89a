// What a lesson can ask to be predicted, as far as a player can find the answer: the twin of rnnviz/lessons/checks.
//
// A check looks at what is shown: `runs`, a Map from a cell's name to {data, now, unchanged, erased, gradientNorms}, where
// `erased(timeStep)` is the trace of the run that reads nothing at a step; or `translation`, {read, written, labels,
// alignment, right}. Its steps and units count from 1.

import { largest } from "../engine/arrays.js";
import { erased } from "../engine/what_if.js";
import { percent, format as shown, sizeInWords as sized } from "./typeset.js";

/** A smaller change of the state, at the unit that changes most, counts as forgotten. */
const REMEMBERED = 0.01;
/** A gradient has vanished once it is less than this share of that at the last step, and exploded above the inverse. */
const VANISHED = 0.01;

/** A number in a finding: that it is nothing is not a matter of its digits. */
const format = (value) => (value === 0 ? "exactly 0" : shown(value));
const sizeInWords = (size) => (size === 0 ? format(size) : sized(size));

const YES_NO = { yes: "Yes", no: "No" };
const NONE = "none";
const yes = (holds) => (holds ? "yes" : "no");
const beyond = (run, step) => (step > run.now.sequenceLength ? { problem: `there is no step ${step}` } : null);

/** A finder that is given the run of the check's cell. */
const ofRun = (find) => (check, shown) => {
  const run = shown.runs?.get(check.cell);
  if (!run) return { problem: `no ${check.cell} is shown` };
  return beyond(run, check.step ?? 1) ?? find(check, run);
};

/** A finder that is given the norm of the gradient at the check's step, as a share of that at the last. */
const ofGradient = (find) => (check, shown) => {
  const run = [...(shown.runs?.values() ?? [])].find(({ gradientNorms }) => gradientNorms);
  if (!run) return { problem: "no gradient is shown" };
  const problem = beyond(run, check.step);
  if (problem) return problem;
  const last = run.gradientNorms.at(-1);
  if (!(Number.isFinite(last) && last > 0)) return { problem: "there is no gradient at the last step" };
  const share = run.gradientNorms[check.step - 1] / last;
  const said = `the gradient of this loss at step ${check.step}, divided by that at the last step, is ${sizeInWords(share)}`;
  return { ...find(check, share, said), measured: share };
};

const ofTranslation = (find) => (check, shown) =>
  shown.translation ? find(check, shown.translation) : { problem: "no translation is shown" };

/** How far the last hidden state is another one without the input of a step, in the unit that changes most. */
function changeWithout({ now, data, erased: without }, step) {
  const last = now.sequenceLength - 1;
  const [hidden] = data.cell.state;
  const other = without(step - 1).at(hidden, last);
  return now.at(hidden, last).reduce((most, value, k) => Math.max(most, Math.abs(value - other[k])), 0);
}

/** A quantity in one unit at one step: {value, said} or {problem}. */
function measure({ quantity: letter, unit, step }, { now, data }) {
  const vector = now.values.has(letter) ? now.at(letter, step - 1) : [];
  if (!(unit <= vector.length)) return { problem: `there is no unit ${unit} of ${letter}` };
  const { title } = data.cell.equations.find(({ target }) => target === letter).quantity;
  const value = vector[unit - 1];
  return { value, said: `the ${title.toLowerCase()} of unit ${unit} at step ${step} is ${format(value)}` };
}

/**
 * By each kind of check `find(check, shown)`, {answer, because, measured} or {problem}; and `options(shown)`, the names and
 * titles of the possible answers: null where the answer is a number, yes or no where there is nothing.
 */
const CHECKS = {
  remembered: {
    find: ofRun(({ step }, run) => {
      const change = changeWithout(run, step);
      const because =
        `without the input of step ${step} the hidden state at the last step changes by ${format(change)} ` +
        `in the unit that changes most; under ${REMEMBERED} counts as forgotten`;
      return { answer: yes(change >= REMEMBERED), because, measured: change };
    }),
  },

  guess: {
    find: ofRun(({ step }, { now, unchanged, data }) => {
      if (!data.readout?.symbols.length) return { problem: "these networks guess nothing" };
      const { symbols } = data.readout;
      const [after, before] = [now, unchanged].map((trace) => trace.answer(step - 1));
      const [k, was] = [largest(after), largest(before)];
      const because =
        `the best guess at step ${step} is “${symbols[k]}” (probability ${format(after[k])}), and without the changes ` +
        `“${symbols[was]}” (${format(before[was])})`;
      return { answer: yes(k !== was), because, measured: after[k] };
    }),
  },

  above: {
    find: ofRun((check, run) => {
      const { value, said, problem } = measure(check, run);
      if (problem) return { problem };
      const because = `${said}; above ${format(check.value)} counts as yes`;
      return { answer: yes(value > check.value), because, measured: value };
    }),
  },

  value: {
    options: () => null,
    find: ofRun((check, run) => {
      const { value, said, problem } = measure(check, run);
      return problem ? { problem } : { answer: value, because: said, measured: value };
    }),
  },

  units: {
    options: () => null,
    find: ofRun((_check, { now }) => {
      const size = now.hiddenSize;
      const because = `the hidden state has ${size} units at each of the ${now.sequenceLength} steps`;
      return { answer: size, because, measured: size };
    }),
  },

  longest: {
    options: ({ runs }) => ({
      ...Object.fromEntries(Array.from(runs, ([name, { data }]) => [name, data.cell.title])),
      [NONE]: "None of them",
    }),
    find({ step }, { runs }) {
      for (const run of runs.values()) {
        const problem = beyond(run, step);
        if (problem) return problem;
      }
      const changes = Array.from(runs, ([name, run]) => ({ name, run, change: changeWithout(run, step) }));
      const best = changes.reduce((most, one) => (one.change > most.change ? one : most));
      const told = changes.map(({ run, change }) => `${run.data.cell.title} ${format(change)}`).join(", ");
      const because =
        `without the input of step ${step} the hidden state at the last step changes, in the unit that changes ` +
        `most, by: ${told}; under ${REMEMBERED} counts as forgotten`;
      return { answer: best.change >= REMEMBERED ? best.name : NONE, because, measured: best.change };
    },
  },

  reaches: {
    find: ofGradient(({ at_least: least }, share, said) => ({
      answer: yes(share >= least),
      because: `${said}; at least ${format(least)} counts as yes`,
    })),
  },

  fate: {
    options: () => ({ vanishes: "It vanishes", arrives: "It arrives", explodes: "It explodes" }),
    find: ofGradient((_check, share, said) => ({
      answer: share < VANISHED ? "vanishes" : share > 1 / VANISHED ? "explodes" : "arrives",
      because: `${said}; under ${VANISHED} counts as vanished, more than ${1 / VANISHED} as exploded`,
    })),
  },

  looks: {
    options: ({ translation }) =>
      Object.fromEntries(translation.read.map((word, place) => [`word${place + 1}`, `${place + 1}. ${word}`])),
    find: ofTranslation(({ step }, { alignment, labels, read }) => {
      if (!alignment.length) return { problem: "this network has no attention" };
      if (step > alignment.length) return { problem: `there is no step ${step}` };
      const weights = alignment[step - 1];
      const most = largest(weights);
      const because =
        `at step ${step} it writes “${labels[step - 1]}” with ${percent(weights[most])} of its attention on “${read[most]}”; ` +
        "the largest counts";
      return { answer: `word${most + 1}`, because, measured: weights[most] };
    }),
  },

  right: {
    find: ofTranslation((_check, { written, right }) => {
      if (!right.length) return { problem: "what is read is not a number" };
      const [said, wanted] = [written, right].map((words) => words.join(" "));
      const because = `it writes “${said}”; right is “${wanted}”`;
      return { answer: yes(said === wanted), because, measured: Number(said === wanted) };
    }),
  },
};

/**
 * The run of a player that shows only one, as checks look at it.
 *
 * @param {any} context
 * @param {{ prepare?: (setup: any) => void, gradientNorms?: number[] }} more what was done to the run before it started, and
 *   the norm of a gradient at every step
 */
export function judged({ data, trace }, { prepare, gradientNorms } = {}) {
  const without = (timeStep) => erased(trace.network, timeStep, prepare);
  return { runs: new Map([[data.cell.name, { data, now: trace, unchanged: trace, erased: without, gradientNorms }]]) };
}

/** What is shown says to a check: {answer, because, measured} or {problem}. */
export const verdict = (check, shown) => CHECKS[check.kind].find(check, shown);

/** The names and titles of the possible answers to a check; null where the answer is a number. */
export const optionsOf = (check, shown) => (CHECKS[check.kind].options ?? (() => YES_NO))(shown);
