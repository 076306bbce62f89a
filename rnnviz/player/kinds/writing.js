// A network writes: character by character after a prompt, beside itself with changes and beside an n-gram.

import { KneserNey } from "../engine/kneser_ney.js";
import { Reading } from "../engine/reading.js";
import { readSafetensors } from "../engine/safetensors.js";
import { Chance } from "../engine/sampling.js";
import { Alphabet, charactersOf, textNetwork } from "../engine/text.js";
import { placeOf, readChanges, writeChanges } from "../engine/what_if.js";
import { changedAtTheEnd, networkSource, ngramSource, sameFor, Writing } from "../engine/writing.js";
import { visible } from "../shell/characters.js";
import { controlsView, scale } from "../shell/controls.js";
import { element } from "../shell/dom.js";
import { whenFetched } from "../shell/fetching.js";
import { stage } from "../shell/stage.js";
import { percent } from "../shell/typeset.js";
import { changesView } from "../views/board/changes_view.js";
import { promptView } from "../views/text/prompt_view.js";
import { unitView } from "../views/text/unit_view.js";
import { writtenView } from "../views/text/written_view.js";

/** @import { Options, Player, WritingData } from "../shell/types.js" */

/** What can be changed while a network writes: what it reads is its own. */
const CHANGES = ["hold", "silence", "weight"];
/** So long it writes before the page may do something else. */
const MILLISECONDS_AT_ONCE = 25;
const MILLISECONDS_A_CHARACTER = 150;

/**
 * Show a network that writes.
 *
 * @param {HTMLElement} root the element to fill
 * @param {WritingData} data
 * @param {Options} options as for `mount` in player.js; `initial` holds `at`, the prompt and how it is gone on with, and
 *   may hold `whatIf`, changes as text
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const files = [data.network.file, data.ngram?.file ?? null];
  return whenFetched(root, data, options, files, ([weights, ngram]) =>
    mountWriters(root, data, options, textNetwork(data.network, weights), data.ngram && ngramOf(data.ngram, ngram)),
  );
}

function ngramOf({ arrays, vocabularySize, order }, bytes) {
  return new KneserNey(bytes ? readSafetensors(bytes) : arrays, vocabularySize, order);
}

function mountWriters(root, data, options, network, ngram) {
  const { initial = {} } = options;
  const { cell } = data.network;
  const quantities = new Map(cell.equations.map(({ target, quantity }) => [target, quantity]));
  const run = { name: cell.name, data: data.network, network, quantityOf: (key) => quantities.get(key), now: held() };
  /** @type {Record<string, any>} */
  const context = {
    data: { ...data, labelKind: "character", labels: [] },
    at: { ...initial.at },
    alphabet: new Alphabet(data.network),
    runs: [run],
    cells: new Map([[run.name, run]]),
    trace: {
      get sequenceLength() {
        return context.at.characters;
      },
    },
    changes: [],
    refusals: [],
    writings: {},
    sameFor: () => sameFor(context.writings.network, context.writings.changed),
    type(prompt) {
      context.at.prompt = prompt;
      restart();
    },
    turn(name, value) {
      const more = name === "characters" && value > context.at.characters;
      const atEnd = player.clock.step === context.at.characters - 1;
      context.at[name] = value;
      if (more) goOn();
      else begin();
      player.load();
      player.clock.change(atEnd ? { timeStep: Infinity } : {});
      player.tell();
    },
    make(change) {
      context.undo(change, false);
      context.changes.push(change);
      restart();
    },
    undo(change, andWrite = true) {
      context.changes = context.changes.filter((other) => placeOf(other) !== placeOf(change));
      if (andWrite) restart();
    },
    undoAll() {
      Object.assign(context, { changes: [], refusals: [] });
      restart();
    },
  };
  const reading = new Reading(network);
  let timer = 0;
  let views = [];
  Object.assign(context, readChanges(initial.whatIf, context.cells, CHANGES));
  begin();

  const player = stage(root, data, options, {
    context,
    shapeOf: (other) => JSON.stringify(other),
    build() {
      const built = build(context);
      views = built.views;
      return { ...built, views: [...views, { load: paint }] };
    },
    tall: () => network.hiddenSize,
    clock: {
      initial: { ...initial, timeStep: initial.timeStep ?? Infinity },
      pace: MILLISECONDS_A_CHARACTER,
      units: () => network.hiddenSize,
      words: () => words(context, player.clock.step),
    },
    take: () => ({}),
    selected: ({ timeStep, unit, larger }) => ({
      timeStep: timeStep === context.at.characters - 1 ? null : timeStep, // the last, however many there are
      defaultStep: null,
      unit,
      larger,
      whatIf: writeChanges(context.changes, context.cells),
      at: { ...context.at },
    }),
  });
  return {
    ...player,
    destroy() {
      clearTimeout(timer);
      player.destroy();
    },
  };

  /** What a form asks of the run that is changed: the values after which the character of a time step was drawn. */
  function held() {
    return {
      at(letter, timeStep) {
        const { source } = context.writings.changed ?? context.writings.network;
        return source.reading.at(letter, Math.min(reading.length - 1 + timeStep, source.reading.length - 1));
      },
      get weights() {
        return (context.writings.changed ?? context.writings.network).source.reading.machine.weights;
      },
    };
  }

  /** Begin to write after the prompt, as all is set. */
  function begin() {
    const { alphabet, at, changes, cells } = context;
    context.prompt = charactersOf(at.prompt);
    const codes = alphabet.encode(context.prompt);
    reading.set(codes);
    const sampling = { temperature: at.temperature, topK: at.top_k, topP: at.top_p };
    const chance = new Chance(at.seed);
    const writing = (source) => new Writing(source, sampling, chance);
    context.writings = {
      network: writing(networkSource(reading.fork())),
      changed: changes.length ? writing(networkSource(changedAtTheEnd(reading, changes, run.name, cells))) : null,
      ngram: ngram && writing(ngramSource(ngram, codes)),
    };
    goOn();
  }

  /** Write for a moment, and go on after the page has had its turn. */
  function goOn() {
    clearTimeout(timer);
    const all = Object.values(context.writings).filter(Boolean);
    const until = performance.now() + MILLISECONDS_AT_ONCE;
    let left = all;
    do {
      for (const writing of left) writing.extend();
      left = left.filter((writing) => !writing.stuck && writing.length < context.at.characters);
    } while (left.length && performance.now() < until);
    const { steps } = context.writings.network;
    context.data.labels = Array.from({ length: context.at.characters }, (_, t) => labelOf(steps[t]));
    if (left.length)
      timer = setTimeout(() => {
        goOn();
        paint();
        player.draw();
      });
  }

  function labelOf(step) {
    return step ? visible(context.alphabet.symbols[step.code]) : "…";
  }

  /** After a person has changed what is written after, or the network. */
  function restart() {
    begin();
    player.load();
    player.draw();
    player.follow();
    player.tell();
  }

  function paint() {
    root.classList.toggle("changed", context.changes.length > 0);
    for (const view of views) view.paint?.();
  }
}

/** @param {Record<string, any>} context */
function words({ writings, data, at }, timeStep) {
  const step = writings.network.steps[timeStep];
  if (!step) return `Character ${timeStep + 1} of ${at.characters}`;
  const sure = percent(step.probabilities[step.code]);
  return `Character ${timeStep + 1} of ${at.characters}: ${data.labels[timeStep]}, with a probability of ${sure}`;
}

function build(context) {
  const { data } = context;
  const prompt = promptView(context);
  const controls = controlsView(context);
  const authors = data.authors.map((author) => writtenView(context, author));
  const unit = unitView(context);
  const changes = changesView(context, CHANGES, [unit.element]);
  const elements = [
    prompt.element,
    element(
      "div",
      { class: "card" },
      controls.element,
      element(
        "div",
        { class: "foot" },
        element("p", { class: "caption" }, ...context.explain(data.caption)),
        element(
          "span",
          { class: "legend" },
          scale("surprise", "0 bits", `${data.surprise.colourRange[1]} bits or more`),
        ),
      ),
    ),
    element(
      "div",
      { class: "board" },
      element("aside", { class: "card" }, changes.element),
      element("div", { class: "columns" }, ...authors.map((view) => view.element)),
    ),
  ];
  return { elements, views: [prompt, controls, ...authors, unit, changes] };
}
