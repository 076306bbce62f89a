// A network reads a text along: every character is coloured by any unit of it, or by how it surprised the network.

import { mostVarying, paintedUnits, united } from "../engine/ranking.js";
import { Reading } from "../engine/reading.js";
import { Alphabet, charactersOf, textNetwork } from "../engine/text.js";
import { spoken, visible } from "../shell/characters.js";
import { controlsView } from "../shell/controls.js";
import { element, write } from "../shell/dom.js";
import { bytesOf, forget, whyOf } from "../shell/fetching.js";
import { stage } from "../shell/stage.js";
import { format, percent } from "../shell/typeset.js";
import { characterView } from "../views/text/character_view.js";
import { chooserView } from "../views/text/chooser_view.js";
import { insideView } from "../views/text/inside_view.js";
import { PROBABILITY, SURPRISE } from "../views/text/lines.js";
import { passageView } from "../views/text/passage_view.js";
import { readTextView } from "../views/text/read_text_view.js";
import { sourceView } from "../views/text/source_view.js";

/** @import { Options, Player, Quantity, ReadingData } from "../shell/types.js" */

/** So long it reads before the page may do something else. */
const MILLISECONDS_AT_ONCE = 12;
const MILLISECONDS_A_CHARACTER = 150;
/** So many units are told of, where some are ranked. */
const TOLD = 8;
const BEGINNING = "▸";

/**
 * Show a network that reads a text.
 *
 * @param {HTMLElement} root the element to fill
 * @param {ReadingData} data
 * @param {Options} options as for `mount` in player.js; `initial` may hold `sample`, `reading`, a text, and `inside`
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const { initial = {} } = options;
  const alphabet = new Alphabet(data);
  const [opens = { line: data.cell.state.at(-1), unit: 0 }] = data.known;
  /** @type {Map<string, Quantity>} */
  const quantities = new Map();
  for (const { target, quantity } of data.cell.equations) quantities.set(target, quantity);
  quantities.set(SURPRISE, data.surprise).set(PROBABILITY, data.probability);
  const firstSample = data.samples.find(({ name }) => name === initial.sample) ?? data.samples[0];
  /** @type {Reading | null} */
  let reading = null;
  /** @type {number | undefined} */
  let timer;
  /** @type {any} */
  let player = null;

  /** @type {Record<string, any>} */
  const context = {
    data: { ...data, labels: [], notes: [] },
    alphabet,
    quantityOf: (key) => (key === data.cell.input ? data.inputQuantity : quantities.get(key.replace("'", ""))),
    sample: firstSample,
    typed: initial.reading ?? null, // as it was typed; null for the sample
    problem: "", // why what was typed is not what is read
    failure: "", // why there is no network
    characters: [],
    codes: [],
    range: null, // the passage that is marked, in time steps
    painted: [],
    edition: 0, // another for every other text, and for other passages that are painted
    hovered: null, // the time step under the pointer: it is shown, not chosen
    inside: Boolean(initial.inside),
    trace: traceOf(
      () => reading,
      () => context.codes.length,
      data,
    ),
    readUpTo: () => reading?.length ?? 0,
    valueAt,
    choose(sample) {
      Object.assign(context, { sample, typed: null, problem: "" });
      take();
      player.clock.change({ timeStep: stepAt(sample) });
      player.tell();
    },
    type(text) {
      context.typed = text;
      if (take()) player.clock.change({});
      player.tell();
    },
    mark(range) {
      context.range = range;
      player.draw();
    },
    paint(added) {
      repaint(united(context.painted, added));
    },
    unpaint(passage) {
      repaint(context.painted.filter((one) => one !== passage));
    },
    open(inside) {
      context.inside = inside;
      player.draw();
      player.tell();
    },
    hover(timeStep) {
      if (context.hovered === timeStep) return;
      context.hovered = timeStep;
      player.draw();
    },
    point() {},
    retry: fetchNetwork,
    varying,
    ranked: () => paintedUnits(cellValues(), context.painted, TOLD),
    isComplete: () => reading !== null && reading.length === context.codes.length,
    reading: () => reading,
  };
  settle();
  for (const passage of initial.painted ?? []) if (isIn(passage)) context.painted = united(context.painted, passage);

  player = stage(root, data, options, {
    context,
    shapeOf: (other) => JSON.stringify(other),
    build: () => build(context),
    tall: () => data.hiddenSize,
    clock: {
      initial: {
        ...initial,
        unit: initial.unit ?? opens.unit,
        timeStep: initial.timeStep ?? (context.typed === null ? stepAt(context.sample) : 0),
      },
      extra: { line: quantities.has(initial.line) ? initial.line : opens.line },
      pace: MILLISECONDS_A_CHARACTER,
      units: () => data.hiddenSize,
      words: () => words(context, player.clock.shown),
    },
    take: () => ({}),
    marked: (shown) => ({ ...shown, looked: context.hovered ?? shown.timeStep }),
    selected: ({ timeStep, unit, line, larger }) => ({
      timeStep,
      defaultStep: context.typed === null ? stepAt(context.sample) : 0,
      unit,
      defaultUnit: opens.unit,
      line,
      defaultLine: opens.line,
      larger,
      sample: context.sample === data.samples[0] ? null : context.sample.name,
      reading: context.problem ? context.read : context.typed,
      inside: context.inside,
      painted: context.painted,
    }),
  });
  fetchNetwork();
  return {
    ...player,
    destroy() {
      clearTimeout(timer);
      player.destroy();
    },
  };

  /** Whether a passage is one of the text that is read. */
  function isIn({ start, end }) {
    return 1 <= start && start < end && end <= context.codes.length;
  }

  /** Take over the text that is to be read; false where it cannot be, and the page goes on with the one before. */
  function settle() {
    const text = context.typed ?? context.sample.text;
    const characters = charactersOf(text);
    context.problem = characters.length > data.longest ? tooLong(characters.length, data.longest) : "";
    if (context.problem) {
      context.read ??= null;
      if (!context.codes.length) adopt(charactersOf(context.sample.text));
      return false;
    }
    context.read = context.typed;
    adopt(characters);
    return true;
  }

  function adopt(characters) {
    const codes = alphabet.encode(characters);
    const same = codes.findIndex(
      (code, t) => code !== context.codes[t] || characters[t - 1] !== context.characters[t - 1],
    );
    const kept = same < 0 ? codes.length : same;
    context.painted = context.painted.filter(({ end }) => end <= kept);
    if (context.range && context.range.end > kept) context.range = null;
    context.characters = characters;
    context.codes = codes;
    context.edition += 1;
    context.data.labels = [BEGINNING, ...characters.map(visible)];
  }

  function repaint(passages) {
    context.painted = passages;
    context.edition += 1;
    player.draw();
    player.tell();
  }

  /** After a person has given another text. */
  function take() {
    const taken = settle();
    if (taken) readOn();
    player.load();
    player.draw();
    return taken;
  }

  /** Read what has not been read, for a moment; and go on after the page has had its turn. */
  function readOn() {
    clearTimeout(timer);
    if (!reading) return;
    const until = performance.now() + MILLISECONDS_AT_ONCE;
    reading.keep(context.codes);
    while (reading.length < context.codes.length && performance.now() < until)
      reading.extend(context.codes[reading.length]);
    if (reading.length < context.codes.length)
      timer = setTimeout(() => {
        readOn();
        player.draw();
      });
  }

  async function fetchNetwork() {
    context.failure = "";
    player.load();
    try {
      const bytes = data.file ? await bytesOf(data.file) : null;
      reading = new Reading(textNetwork(data, bytes));
    } catch (error) {
      if (data.file) forget(data.file);
      context.failure = `The network could not be fetched: ${whyOf(error)}.`;
    }
    readOn();
    player.load();
    player.draw();
  }

  /** The number by which a character is coloured. */
  function valueAt(line, unit, t) {
    if (!reading || t >= reading.length) return NaN;
    if (line === SURPRISE) return reading.bits(t);
    if (line === PROBABILITY) return reading.probability(t);
    return reading.at(line, t)[unit];
  }

  /** The cell's values and what was read, as far as that has come. */
  function cellValues() {
    const values = new Map(data.cell.equations.map(({ target }) => [target, reading?.rows(target) ?? []]));
    return { values, codes: reading?.codes ?? [] };
  }

  /** The units of a quantity that vary most in the marked passage, or in the whole text. */
  function varying(line) {
    const { start, end } = context.range ?? { start: 1, end: context.codes.length };
    if (!reading || reading.length < end || end - start < 2 || !data.cell.sizes[line]) return [];
    return mostVarying(reading.rows(line), start, end, TOLD);
  }
}

/** The step at which a sample opens. */
const stepAt = ({ at }) => at + 1;

const counted = (number) => number.toLocaleString("en");
const tooLong = (length, longest) =>
  `A text can have up to ${counted(longest)} characters, and this one has ${counted(length)}: it stays in its box, and ` +
  "the page shows what it read before.";

/** What the views of the cell take for a trace, while what is read may be more than has been. */
function traceOf(reading, length, { hiddenSize }) {
  const at = (t) => Math.min(t, reading().length - 1);
  return {
    get sequenceLength() {
      return length();
    },
    hiddenSize,
    mostUnits: hiddenSize,
    at: (key, t) => reading().at(key, at(t)),
    evaluate: (expression, t) => reading().evaluate(expression, at(t)),
    computed: (expression, t) => reading().computed(expression, at(t)),
    answer: (t) => reading().answer(at(t)),
    rows: (letter) => reading().rows(letter),
  };
}

/**
 * What a screen reader hears of a step.
 *
 * @param {Record<string, any>} context
 */
function words({ characters, codes, valueAt, quantityOf }, { timeStep, line, unit }) {
  if (!timeStep) return "The beginning of the text";
  const value = valueAt(line, unit, timeStep);
  const place = `Step ${timeStep + 1} of ${codes.length}: ${spoken(characters[timeStep - 1])}`;
  if (Number.isNaN(value)) return place;
  if (line === PROBABILITY) return `${place}, it had a probability of ${percent(value)}`;
  if (line === SURPRISE) return `${place}, a surprise of ${format(value, 2)} bits`;
  return `${place}, ${quantityOf(line).title.toLowerCase()} of unit ${unit + 1}: ${format(value, 2)}`;
}

function build(context) {
  const controls = controlsView(context);
  const source = sourceView(context);
  const chooser = chooserView(context);
  const text = readTextView(context);
  const passage = passageView(context);
  const character = characterView(context);
  const inside = insideView(context);
  const caption = element("p", { class: "caption" });
  const elements = [
    element(
      "div",
      { class: "along" },
      element(
        "div",
        { class: "card" },
        source.element,
        chooser.element,
        text.element,
        controls.element,
        element("div", { class: "foot" }, caption),
      ),
      element("aside", { class: "card" }, character.element),
    ),
    passage.element,
    inside.element,
  ];
  const about = { load: () => write(caption, `${context.data.network}, reads this text.`) };
  return { elements, views: [controls, source, chooser, text, passage, character, inside, about] };
}
