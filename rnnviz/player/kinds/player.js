// The player: one network over one sequence, stepped through in the browser. It knows nothing of who serves it.

import { Network, Trace } from "../engine/trace.js";
import { answerInWords } from "../shell/answers.js";
import { judged } from "../shell/checks.js";
import { controlsView, legendView } from "../shell/controls.js";
import { element } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { cellView } from "../views/network/cell_view.js";
import { diagramView } from "../views/network/diagram.js";
import { formulaView } from "../views/network/formula.js";
import { guessesView } from "../views/network/guesses.js";
import { stripView } from "../views/network/strip.js";
import { tableView } from "../views/network/table.js";
import { timeView } from "../views/network/time_view.js";

/** @import { Options, PlayerData } from "../shell/types.js" */

/**
 * Show a network and let a person step through it.
 *
 * @param {HTMLElement} root the element to fill
 * @param {PlayerData} data
 * @param {Options & Record<string, any>} options of every player, and for one that shows more than the network:
 *   `build(context)`, {elements, views} instead of those of the view; `keys`, further keys and what they do;
 *   `hear(words)`, what a screen reader hears instead of the words
 * @returns {ReturnType<typeof stage>}; `update` shows other numbers in the same picture and keeps the selection, or returns
 *   false where the cell or a size differs and the player has to be mounted anew
 */
export function mount(root, data, options = {}) {
  const { initial = {}, autoplay = false, keys, hear = (words) => words } = options;
  const { build = data.view === "full" ? fullViews : glanceViews } = options;
  const { cell } = data;
  const quantities = new Map(cell.equations.map(({ target, quantity }) => [target, quantity]));
  const context = {
    ...runOf(data),
    quantityOf: (key) => (key === cell.input ? context.data.inputQuantity : quantities.get(key.replace("'", ""))),
    point(place) {
      pointed = place;
      player.draw();
    },
  };
  /** @type {{ unit?: number, line?: string, text: (t: number) => string } | null} */
  let pointed = null; // what the pointer is over: it is shown, not chosen

  const player = stage(root, data, options, {
    context,
    shapeOf,
    build: () => build(context),
    tall: () => context.trace.hiddenSize,
    clock: {
      extra: { line: quantities.has(initial.line) ? initial.line : cell.state.at(-1) },
      units: () => (data.view === "glance" ? 1 : context.trace.mostUnits), // at a glance no unit is shown alone
      loops: () => context.data.loop,
      words: () => hear(words(context, player.clock.step)),
      keys,
    },
    take(other) {
      Object.assign(context, runOf(other));
      pointed = null;
    },
    marked: (shown) => ({
      ...shown,
      unit: pointed?.unit ?? shown.unit,
      line: pointed?.line ?? shown.line,
      pointed: pointed?.text(shown.timeStep),
    }),
    judged: () => judged(context),
    selected: ({ timeStep, unit, line, larger }) => ({ timeStep, unit, line, larger, defaultLine: cell.state.at(-1) }),
  });
  root.dataset.cell = cell.name;
  if (autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches) player.clock.play();
  return player;
}

const runOf = (data) => ({ data, trace: new Trace(new Network(data)) });

function words({ trace, data }, timeStep) {
  const answer = data.readout ? answerInWords(data.readout, trace.answer(timeStep), timeStep) : [];
  const place = [`Step ${timeStep + 1} of ${trace.sequenceLength}`, `${data.labelKind} ${data.labels[timeStep]}`];
  return [...place, ...answer].join(", ");
}

/** What the picture is built for: the equations, every size but the number of steps, and what stands beside. */
function shapeOf({ cell, view, weights, inputs, readout, inputSymbols, classroom, prediction }) {
  const shapes = Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape);
  const others = [readout?.symbols, inputSymbols, classroom, prediction];
  return JSON.stringify([cell, view, shapes, inputs.shape[1], ...others]);
}

function fullViews(context) {
  const guesses = context.data.readout ? [guessesView(context)] : [];
  const parts = [stripCard(context), cellLevels(context, guesses), timeCard(context)];
  return { elements: parts.map(({ element }) => element), views: parts.flatMap(({ views }) => views) };
}

/** Level 1 with what steers it: {element, views}, as the other levels. */
export function stripCard(context) {
  const controls = controlsView(context);
  const caption = captionView(context);
  const legend = legendView(context);
  const strip = stripView(context);
  return {
    element: element("div", { class: "card" }, controls.element, strip.element, foot(caption, legend)),
    views: [controls, caption, strip],
  };
}

/** Levels 2 and 3, and below the formula what else is to stand there. */
export function cellLevels(context, besides = []) {
  const diagram = diagramView(context);
  const cell = cellView(context);
  const formula = formulaView(context);
  return {
    element: element(
      "div",
      { class: "levels" },
      element(
        "div",
        { class: "card" },
        element("h2", {}, ...context.explain("Inside the cell")),
        element("div", { class: "inside" }, diagram.element, cell.element),
      ),
      element("aside", { class: "card" }, formula.element, ...besides.map((view) => view.element), help()),
    ),
    views: [diagram, cell, formula, ...besides],
  };
}

export function timeCard(context) {
  const time = timeView(context);
  const table = tableView(context);
  return {
    element: element("div", { class: "card time" }, element("h2", {}, "Through time"), time.element, table.element),
    views: [time, table],
  };
}

function glanceViews(context) {
  const controls = controlsView(context);
  const caption = captionView(context);
  const legend = legendView(context);
  const strip = stripView(context);
  const guesses = context.data.readout ? [guessesView(context)] : [];
  const whole = element(
    "div",
    { class: "card glance" },
    element("div", {}, controls.element, strip.element, foot(caption, legend)),
    ...guesses.map((view) => view.element),
  );
  return { elements: [whole], views: [controls, caption, strip, ...guesses] };
}

const foot = (caption, legend) => element("div", { class: "foot" }, caption.element, legend.element);

/** How many numbers the strip shows: units are not time steps. */
function counted({ hiddenSize: units, sequenceLength: steps }) {
  const [a, b, all] = [plural(units, "unit"), plural(steps, "step"), plural(units * steps, "number")];
  return `Its hidden states: ${a} × ${b} = ${all}.`;
}

const plural = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;

function captionView(context) {
  const root = element("p", { class: "caption" });
  return {
    element: root,
    load() {
      root.replaceChildren(...context.explain(`${context.data.caption} ${counted(context.trace)}`));
    },
    update() {},
  };
}

function help() {
  const key = (name) => element("kbd", {}, name);
  return element(
    "p",
    { class: "caption help" },
    key("←"),
    key("→"),
    " step  ",
    key("↑"),
    key("↓"),
    " unit  ",
    key("Space"),
    " play",
  );
}
