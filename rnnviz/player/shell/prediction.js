// A question that is asked before the picture is revealed, and its answer, judged by what is really shown.

import { element } from "./dom.js";
import { prose } from "./prose.js";

/** @import { Finding, Prediction } from "./types.js" */

const UNSURE = "unsure";
const UNSURE_TITLE = "I can't tell";
/** What is said first to an answer. */
const WELCOME = { right: "Right.", wrong: "Not quite.", unsure: "Fair enough: now you can look." };

/**
 * Ask, and hide the rest of `root` until there is an answer.
 *
 * @param {HTMLElement} root
 * @param {object} asked
 * @param {Prediction} asked.prediction
 * @param {() => Record<string, string> | null} asked.options the names and titles of the possible answers; null where the
 *   answer is a number
 * @param {() => Finding} asked.find what is right now
 * @param {() => string} asked.about a text that is another one for every other run
 * @param {{ answer?: string, about?: string }} asked.given an answer that was given before, and about which run
 * @param {() => void} asked.onAnswer called when a person has answered, or wants to be asked again
 * @returns its element; `answered()`, what was answered and about which run, as it is `given` later; `follow()`, to be
 *   called when something else is shown
 */
export function ask(root, { prediction, options, find, about, given, onAnswer }) {
  /** @type {{ answer: string, title: string, about: string } | null} */
  let answered = null;
  const outcome = element("p", { class: "outcome", "aria-live": "polite" });
  const answers = element("div", { class: "answers" });
  const again = element("button", { type: "button", click: askAgain }, "Ask again");
  const hint = element("p", { class: "caption" }, "Say what you expect; then the picture appears.");
  const looking = element("div", { class: "look-for" }, element("h3", {}, "What to look for"));
  looking.append(...prose(prediction.look_for ?? ""));
  const card = element(
    "section",
    { class: "card prediction", "aria-label": "Your prediction" },
    element("h2", {}, prediction.question),
    answers,
    hint,
    outcome,
    again,
    looking,
  );

  /** What an answer is called; undefined where it is none. */
  function titleOf(name) {
    const known = options();
    if (name === UNSURE) return UNSURE_TITLE;
    if (known) return Object.hasOwn(known, name) ? known[name] : undefined;
    return name !== "" && Number.isFinite(Number(name)) ? brief(Number(name)) : undefined;
  }

  /** Offer the possible answers of what is shown now. */
  function offer() {
    const known = options();
    const entries = [...Object.entries(known ?? {}), [UNSURE, UNSURE_TITLE]];
    const buttons = entries.map(([name, title]) =>
      element("button", { type: "button", "data-answer": name, click: () => answer(name) }, title),
    );
    const typed = known ? [] : [numberForm(prediction, answer)];
    answers.replaceChildren(...typed, element("div", { class: "tabs" }, ...buttons));
    root.classList.add("waiting");
    tell();
  }

  function reveal({ answer: name, about: run }) {
    answered = { answer: name, title: titleOf(name) ?? name, about: run };
    root.classList.remove("waiting");
    for (const control of answers.querySelectorAll("button, input")) {
      Object.assign(control, { disabled: true });
      control.setAttribute("aria-pressed", String(control.getAttribute("data-answer") === name));
    }
    tell();
  }

  /** A person's answer. */
  function answer(name) {
    if (titleOf(name) === undefined) return;
    reveal({ answer: name, about: about() });
    onAnswer();
  }

  function askAgain() {
    answered = null;
    offer();
    onAnswer();
    /** @type {HTMLElement | null} */ (answers.querySelector("input, button"))?.focus();
  }

  /** Say of what is shown now what there is to say. */
  function tell() {
    const stale = answered !== null && answered.about !== about();
    hint.hidden = answered !== null;
    outcome.hidden = answered === null;
    looking.hidden = answered === null || !prediction.look_for;
    again.hidden = !stale;
    card.classList.toggle("stale", stale);
    const found = answered ? find() : {};
    card.dataset.verdict = found.problem ? "none" : String(found.answer ?? "");
    card.dataset.met = answered && !stale && !found.problem ? metBy(answered.answer, found, prediction) : "";
    outcome.textContent = answered ? inWords(answered.title, found, stale) : "";
  }

  function inWords(title, found, stale) {
    const { because, problem } = found;
    const right = found.answer === undefined ? "" : rightInWords(found.answer);
    if (stale) {
      const before = `You said “${title}” about the run before your change.`;
      if (problem) return `${before} The run now shown cannot decide this: ${problem}.`;
      return `${before} The run now says ${right}: ${because}.`;
    }
    if (problem) return `The run cannot decide this: ${problem}.`;
    return `${WELCOME[card.dataset.met ?? ""]} You said “${title}”. The run says ${right}: ${because}.`;
  }

  /** The right answer within a sentence. */
  function rightInWords(right) {
    if (typeof right === "number") return `${brief(right)}${marginOf(prediction)}`;
    return right === "yes" || right === "no" ? right : `“${titleOf(right)}”`;
  }

  offer();
  if (given.answer !== undefined && titleOf(given.answer) !== undefined) {
    reveal({ answer: given.answer, about: given.about ?? about() });
  }

  return {
    element: card,
    answered: () => ({ answer: answered?.answer, about: answered?.about }),
    follow() {
      if (answered) tell();
      else offer();
    },
  };
}

/**
 * Whether an answer is "right", "wrong" or "unsure".
 *
 * @param {string} given
 * @param {Finding} found
 * @param {Prediction} prediction
 */
function metBy(given, { answer }, { tolerance = 0 }) {
  if (given === UNSURE) return UNSURE;
  // A margin typed in decimals is met at its very end too.
  const met = typeof answer === "number" ? Math.abs(Number(given) - answer) <= tolerance + 1e-9 : given === answer;
  return met ? "right" : "wrong";
}

/** A number that is asked for: three digits. */
const brief = (value) => String(Number(value.toPrecision(3))).replace("-", "−");

const marginOf = ({ tolerance = 0 }) => (tolerance ? ` (within ${brief(tolerance)} counts as right)` : "");

/** Where a number is typed. */
function numberForm(prediction, answer) {
  const input = element("input", { type: "number", step: "any", required: true, "aria-label": "Your number" });
  const submit = (event) => {
    event.preventDefault();
    answer(input.value);
  };
  return element(
    "form",
    { class: "typed", submit },
    input,
    element("button", { type: "submit" }, "This is my number"),
    element("span", { class: "caption" }, marginOf(prediction)),
  );
}
