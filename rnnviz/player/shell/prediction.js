// A question that is asked before the picture is revealed, and its answer, checked against the real run.

import { largest } from "../engine/arrays.js";
import { erased } from "../engine/what_if.js";
import { element } from "./dom.js";
import { format, percent } from "./typeset.js";

const ANSWERS = { yes: "Yes", no: "No", unsure: "I can't tell" };
/** A smaller change of the state, at the unit that changes most, counts as forgotten. */
const REMEMBERED = 0.01;

/** What each kind of check finds: {holds, because}; or {problem} where it does not fit what is shown. */
const CHECKS = {
  remembered({ step }, { now, data, erased }) {
    const last = now.sequenceLength - 1;
    const [hidden] = data.cell.state;
    const without = erased(step - 1);
    const change = now
      .at(hidden, last)
      .reduce((most, value, k) => Math.max(most, Math.abs(value - without.at(hidden, last)[k])), 0);
    const because =
      `without the input of step ${step} the hidden state at the last step is another one by ${format(change)} ` +
      `in the unit that changes most; under ${REMEMBERED} counts as forgotten`;
    return { holds: change >= REMEMBERED, because };
  },

  guess({ step }, { now, unchanged, data }) {
    if (!data.readout?.symbols.length) return { problem: "these networks guess nothing" };
    const { symbols } = data.readout;
    const [after, before] = [now, unchanged].map((trace) => trace.answer(step - 1));
    const [k, was] = [largest(after), largest(before)];
    const [here, there] = [`“${symbols[k]}” (${percent(after[k])})`, `“${symbols[was]}” (${percent(before[was])})`];
    return { holds: k !== was, because: `the best guess at step ${step} is ${here}, and without the changes ${there}` };
  },

  above({ quantity: letter, unit, step, value: level }, { now, data }) {
    const vector = now.values.has(letter) ? now.at(letter, step - 1) : [];
    if (!(unit <= vector.length)) return { problem: `there is no unit ${unit} of ${letter}` };
    const { title } = data.cell.equations.find(({ target }) => target === letter).quantity;
    const value = vector[unit - 1];
    return {
      holds: value > level,
      because: `the ${title.toLowerCase()} of unit ${unit} at step ${step} is ${format(value)}`,
    };
  },
};

/** The run of a player that shows only one, as `verdict` takes runs. */
export function judged({ data, trace }) {
  const run = { data, now: trace, unchanged: trace, erased: (timeStep) => erased(trace.network, timeStep) };
  return new Map([[data.cell.name, run]]);
}

/**
 * What the run says to a check.
 *
 * @param check what is asked, {kind, cell, step, ...}, its steps and units counted from 1
 * @param runs a Map from a cell's name to {data, now, unchanged, erased}; `erased(timeStep)` is the trace of the run
 *   that reads nothing at a step
 */
export function verdict(check, runs) {
  const run = runs.get(check.cell);
  if (!run) return { problem: `no ${check.cell} is shown` };
  if (check.step > run.now.sequenceLength) return { problem: `there is no step ${check.step}` };
  return CHECKS[check.kind](check, run);
}

/**
 * Ask, and hide the rest of `root` until there is an answer.
 *
 * @param options `prediction` {question, check}; `runs()` as `verdict` takes them; `answer`, one given before;
 *   `onAnswer(answer)`
 * @returns its element, and `answer()`, what was answered
 */
export function ask(root, { prediction, runs, answer, onAnswer }) {
  let given = null;
  const outcome = element("p", { class: "outcome", "aria-live": "polite" });
  const buttons = Object.entries(ANSWERS).map(([name, title]) =>
    element("button", { type: "button", "data-answer": name, click: () => reveal(name, true) }, title),
  );
  const hint = element("p", { class: "caption" }, "Say what you expect; then the picture appears.");
  const card = element(
    "section",
    { class: "card prediction", "aria-label": "Your prediction" },
    element("h2", {}, prediction.question),
    element("div", { class: "tabs" }, ...buttons),
    hint,
    outcome,
  );

  function reveal(name, byPerson) {
    given = name;
    root.classList.remove("waiting");
    hint.remove();
    for (const button of buttons) {
      button.disabled = true;
      button.setAttribute("aria-pressed", String(button.dataset.answer === name));
    }
    const { holds, because, problem } = verdict(prediction.check, runs());
    card.dataset.verdict = problem ? "none" : holds ? "yes" : "no";
    outcome.textContent = problem
      ? `The run cannot decide this: ${problem}.`
      : `You said “${ANSWERS[name]}”. The run says ${holds ? "yes" : "no"}: ${because}.`;
    if (byPerson) onAnswer();
  }

  root.classList.add("waiting");
  if (Object.hasOwn(ANSWERS, answer ?? "")) reveal(answer, false);
  return { element: card, answer: () => given };
}
