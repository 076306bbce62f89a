// The board: several cells read the same input on one clock; whatever is changed, all of them follow.

import { Network, Trace } from "../engine/trace.js";
import { applying, erased, placeOf, problemOf, readChanges, writeChanges } from "../engine/what_if.js";
import { controlsView, legendView } from "../shell/controls.js";
import { element } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { changesView } from "../views/board/changes_view.js";
import { columnView } from "../views/board/column_view.js";
import { memoryView } from "../views/board/memory_view.js";
import { readingView } from "../views/board/reading_view.js";

/** @import { BoardData, Options, Player } from "../shell/types.js" */

/**
 * Show networks side by side and let a person change anything in them.
 *
 * @param {HTMLElement} root the element to fill
 * @param {BoardData} data
 * @param {Options} options as for `mount` in player.js; `initial` may hold `whatIf`, the changes as text
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const { initial = {} } = options;
  const context = {
    ...runsOf(data),
    /** @type {Record<string, any>[]} */
    changes: [],
    /** @type {string[]} */
    refusals: [],
    make(change) {
      const place = placeOf(change);
      const known = context.changes.findIndex((other) => placeOf(other) === place);
      if (known < 0) context.changes.push(change);
      else context.changes[known] = change;
      changed();
    },
    undo(change) {
      const place = placeOf(change);
      context.changes = context.changes.filter((other) => placeOf(other) !== place);
      changed();
    },
    undoAll() {
      context.changes = [];
      context.refusals = [];
      changed();
    },
  };
  Object.assign(context, readChanges(initial.whatIf, context.cells));
  rerun();

  let views = [];
  const player = stage(root, data, options, {
    context,
    shapeOf,
    build() {
      const built = build(context);
      views = built.views;
      return { ...built, views: [...views, { load: paint }] };
    },
    tall: () => Math.max(...context.runs.map(({ network }) => network.hiddenSize)),
    clock: {
      units: () => Math.max(...context.runs.map(({ now }) => now.mostUnits)),
      words: () => words(context, player.clock.step),
    },
    take(other) {
      Object.assign(context, runsOf(other));
      // What does not fit the new input any more is undone, and said.
      const before = context.changes;
      context.changes = before.filter((change) => !problemOf(change, context.cells));
      context.refusals = before
        .filter((change) => !context.changes.includes(change))
        .map((change) => `Undone, since ${problemOf(change, context.cells)}: a change of step ${change.timeStep + 1}.`);
      rerun();
    },
    judged,
    selected: ({ timeStep, unit, larger }) => ({
      timeStep,
      unit,
      larger,
      whatIf: writeChanges(context.changes, context.cells),
    }),
  });
  return player;

  function rerun() {
    for (const run of context.runs) {
      const concerned = context.changes.some(({ cell }) => cell === undefined || cell === run.name);
      run.changed = concerned;
      run.now = concerned ? new Trace(run.network, applying(context.changes, run.name, context.cells)) : run.unchanged;
    }
  }

  /** The runs as a prediction is checked against them. */
  function judged() {
    const prepare = ({ name }) => applying(context.changes, name, context.cells);
    const entry = (run) => [run.name, { ...run, erased: (timeStep) => erased(run.network, timeStep, prepare(run)) }];
    return { runs: new Map(context.runs.map(entry)) };
  }

  /** After a change to the runs that a person made. */
  function changed() {
    rerun();
    paint();
    player.draw();
    player.follow();
    player.tell();
  }

  function paint() {
    root.classList.toggle("changed", context.changes.length > 0);
    for (const view of views) view.paint?.();
  }
}

const words = ({ trace, data }, timeStep) =>
  `Step ${timeStep + 1} of ${trace.sequenceLength}, ${data.labelKind} ${data.labels[timeStep]}`;

function runsOf(data) {
  const runs = data.networks.map((description) => {
    const network = new Network(description);
    const quantities = new Map(description.cell.equations.map(({ target, quantity }) => [target, quantity]));
    return {
      name: description.cell.name,
      data: description,
      network,
      unchanged: new Trace(network),
      quantityOf: (key) => quantities.get(key.replace("'", "")),
    };
  });
  return { data, runs, cells: new Map(runs.map((run) => [run.name, run])), trace: runs[0].unchanged };
}

/** What the picture is built for: the equations and every size but the number of steps. */
function shapeOf({ networks, shows, classroom, prediction }) {
  const shapes = networks.map(({ cell, weights, inputs, readout, inputSymbols }) => [
    cell,
    Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape),
    inputs.shape[1],
    inputSymbols,
  ]);
  return JSON.stringify([shapes, shows, classroom, prediction]);
}

function build(context) {
  const { data } = context;
  const controls = controlsView(context);
  const caption = captionView(context);
  const reading = readingView(context);
  const columns = context.runs.map((_, place) => columnView(context, place));
  const changes = data.shows.what_if ? [changesView(context)] : [];
  const memory = data.shows.memory ? [memoryView(context)] : [];
  const elements = [
    element(
      "div",
      { class: "card" },
      controls.element,
      reading.element,
      element(
        "div",
        { class: "foot" },
        caption.element,
        legendView({ data: data.networks.find(hasGates) ?? data.networks[0] }).element,
      ),
    ),
    element(
      "div",
      { class: changes.length ? "board" : "board whole" },
      ...changes.map((view) => element("aside", { class: "card" }, view.element)),
      element(
        "div",
        { class: "results-of" },
        element("div", { class: "columns" }, ...columns.map((view) => view.element)),
        ...memory.map((view) => view.element),
      ),
    ),
  ];
  return { elements, views: [controls, caption, reading, ...columns, ...changes, ...memory] };
}

function captionView(context) {
  const root = element("p", { class: "caption" });
  return {
    element: root,
    load() {
      root.replaceChildren(
        ...context.explain(
          `${context.data.caption} One clock, one colour scale: click a map to choose a unit and a step.`,
        ),
      );
    },
    update() {},
  };
}

const hasGates = ({ cell }) => cell.equations.some(({ quantity }) => quantity.scale === "gate");
