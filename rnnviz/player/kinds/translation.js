// A translation, stepped through word by word and interfered with in the browser.

import { largest } from "../engine/arrays.js";
import { alignmentBy, NOTHING, readMeddling, wordsRead, writeMeddling } from "../engine/meddling.js";
import { Translator, writtenTogether } from "../engine/translator.js";
import { controlsView } from "../shell/controls.js";
import { element, write } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { percent } from "../shell/typeset.js";
import { guessesView } from "../views/network/guesses.js";
import { alignmentView } from "../views/translation/alignment_view.js";
import { lookingView } from "../views/translation/looking_view.js";
import { meddlingView } from "../views/translation/meddling_view.js";
import { ribbonsView } from "../views/translation/ribbons_view.js";

/** @import { TranslationData, Options, Player } from "../shell/types.js" */

const END = "(end)";

/**
 * Show a translator at work on a sentence.
 *
 * @param {HTMLElement} root the element to fill
 * @param {TranslationData} data
 * @param {Options} options as for `mount` in player.js; `initial.whatIf` holds changes as meddling.js writes them
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const { initial = {} } = options;
  let follows = initial.unit === undefined; // the word that is looked at most is shown, until a person chooses one
  /** @type {Record<string, any>} */
  const context = { shown: () => marked(player.clock.shown), look, replace, reset, meddled };
  /** @type {any} */
  let player = null;
  take(data);
  change(readMeddling(initial.whatIf, data));

  player = stage(root, data, options, {
    context,
    shapeOf: ({ classroom, quantities, prediction }) => JSON.stringify([classroom, quantities, prediction]),
    build() {
      const views = {
        controls: controlsView(context),
        ribbons: ribbonsView(context),
        caption: captionView(context),
        alignment: alignmentView(context),
        guesses: guessesView(context),
        looking: lookingView(context),
        meddling: meddlingView(context),
      };
      const { controls, ribbons, caption, alignment, guesses, looking, meddling } = views;
      return {
        elements: [
          element("div", { class: "card" }, controls.element, ribbons.element, caption.element),
          meddling.element,
          element("div", { class: "halves" }, alignment.element, element("div", { class: "card" }, guesses.element)),
          looking.element,
        ],
        views: Object.values(views),
      };
    },
    tall: () => context.words.length,
    clock: {
      units: () => context.words.length,
      keys: {
        ArrowUp: () => choose(context.shown().unit - 1),
        ArrowDown: () => choose(context.shown().unit + 1),
      },
      words: () => sentence(context, player.clock.step),
    },
    take(other) {
      take(other);
      if (context.meddling !== NOTHING) queueMicrotask(() => player.tell()); // what was changed is not of this sentence
      change(NOTHING);
      return {};
    },
    marked,
    judged: () => ({ translation: translated(context) }),
    selected: ({ timeStep, unit, larger }) => ({
      timeStep,
      unit: follows ? null : unit,
      larger,
      whatIf: writeMeddling(context.meddling) || null,
    }),
  });

  const { select } = context; // the clock's own, put there by the stage
  context.select = (changes) => {
    if ("unit" in changes) follows = false;
    select(changes);
  };

  function choose(unit) {
    context.select({ unit });
  }

  function marked(shown) {
    const weights = context.at("alignment", shown.timeStep);
    return follows && weights ? { ...shown, unit: largest(weights) } : shown;
  }

  /** Other words, perhaps of another network. */
  function take(other) {
    const known = context.data?.network === other.network ? context.translator : null;
    context.translator = known ?? new Translator(other);
    const codes = other.source.map((word) => other.sourceVocabulary.indexOf(word));
    context.unchanged = context.translator.translate(codes);
    context.data = { ...other, labelKind: "word", notes: [] };
  }

  /** Translate anew, with what a person has changed. */
  function change(asked) {
    const meddling = asked.looks.size || asked.words.size ? asked : NOTHING;
    const { data: shown, translator } = context;
    const { places, words } = wordsRead(shown.source, meddling);
    const codes = words.map((word) => shown.sourceVocabulary.indexOf(word));
    const run = meddling === NOTHING ? context.unchanged : translator.translate(codes, alignmentBy(meddling, places));
    const symbols = shown.targetVocabulary.map((word, code) => (code ? word : END));
    const labels = run.steps.map(({ said }) => symbols[said]);
    Object.assign(context, { meddling, places, words, run, labels });
    context.data.labels = labels;
    context.data.readout = { symbols, targets: run.steps.map(({ said }) => said), wanted: null };
    context.at = (role, t) => run.steps[t].values[role === "state" ? shown.cell.state[0] : shown.roles[role]];
    context.judged = meddling.words.size === 0; // other words are another sentence, of which only num2words knows
    context.wrong = (t) => context.judged && shown.right !== null && labels[t] !== (shown.right[t] ?? END);
    context.trace = { sequenceLength: run.steps.length, answer: (t) => context.at("answer", t) };
    context.written = ({ steps }) =>
      writtenTogether(
        shown,
        steps.filter(({ said }) => said).map(({ said }) => symbols[said]),
      );
  }

  function meddle(meddling) {
    change(meddling);
    player.load();
    player.follow();
    player.clock.select({});
  }

  function look(step, at) {
    const looks = new Map(context.meddling.looks);
    if (at === null) looks.delete(step);
    else looks.set(step, at);
    meddle({ ...context.meddling, looks });
  }

  function replace(place, word) {
    const words = new Map(context.meddling.words);
    if (word === null) words.delete(place);
    else words.set(place, word);
    meddle({ ...context.meddling, words });
  }

  function reset() {
    meddle(NOTHING);
  }

  /** Whether a person has set where a step looks. */
  function meddled(step) {
    return context.meddling.looks.has(step);
  }

  return player;
}

/**
 * The translation as a prediction is checked against it.
 *
 * @param {Record<string, any>} context
 */
function translated({ data, words, run, labels, at, translator }) {
  return {
    read: words,
    written: labels.filter((_, t) => run.steps[t].said),
    labels,
    alignment: translator.looks ? run.steps.map((_, t) => at("alignment", t)) : [],
    right: data.right ?? [],
  };
}

/** @param {Record<string, any>} context */
function sentence({ at, run, labels, words, trace, translator }, timeStep) {
  const sure = percent(at("answer", timeStep)[run.steps[timeStep].said]);
  const said = `Step ${timeStep + 1} of ${trace.sequenceLength}: it writes “${labels[timeStep]}” (${sure} sure)`;
  if (!translator.looks) return `${said}, from the summary of all words.`;
  const weights = at("alignment", timeStep);
  const most = largest(weights);
  return `${said} and looks most at “${words[most]}” (${percent(weights[most])}).`;
}

/**
 * Whether the translation is right, in a sentence; nothing where other words are read than were typed.
 *
 * @param {Record<string, any>} context
 */
function verdict({ data, judged, labels, wrong, run, written }) {
  if (!judged) return "";
  if (data.right === null) return "The words read say no number: there is no right translation.";
  if (labels.at(-1) === END && !labels.some((_, t) => wrong(t))) return `“${written(run)}” is the right translation.`;
  return `“${written(run)}” is not right. The right translation is “${writtenTogether(data, data.right)}”.`;
}

function captionView(context) {
  const about = element("p", { class: "caption" });
  const now = element("p", { class: "now" });
  const judgement = element("p", { class: "judgement", "aria-live": "polite" });
  return {
    element: element("div", { class: "told" }, now, judgement, about),
    load() {
      const { labels, wrong } = context;
      write(judgement, verdict(context));
      judgement.classList.toggle(
        "wrong",
        labels.some((_, t) => wrong(t)),
      );
      about.replaceChildren(...context.explain(context.data.caption));
    },
    update({ timeStep }) {
      write(now, sentence(context, timeStep));
    },
  };
}
