// The player backwards: the gradient of a loss walks the unrolled network from the right to the left.

import { length } from "../engine/arrays.js";
import { Backward } from "../engine/gradient.js";
import { carriedLoss } from "../engine/losses.js";
import { Network, Trace } from "../engine/trace.js";
import { judged } from "../shell/checks.js";
import { controlsView } from "../shell/controls.js";
import { dialsView } from "../shell/dials.js";
import { element } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { format } from "../shell/typeset.js";
import { accumulationView } from "../views/backward/accumulation_view.js";
import { backStripView } from "../views/backward/back_strip.js";
import { chainRuleView } from "../views/backward/chain_rule.js";
import { chosenOf, filled, turning } from "../views/backward/comparison.js";
import { reachView, singularView, triangleView, whichView } from "../views/backward/reach_view.js";
import { stepBackView } from "../views/backward/step_back.js";
import { verdictView } from "../views/backward/verdict_view.js";

/** @import { BackwardData, Options, Player } from "../shell/types.js" */

/**
 * Show how a gradient is carried back, one step at a time.
 *
 * @param {HTMLElement} root the element to fill
 * @param {BackwardData} data
 * @param {Options} options as for `mount` in player.js
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const { cell } = data;
  const { initial = {} } = options;
  const quantities = new Map(cell.equations.map(({ target, quantity }) => [target, quantity]));
  /** @type {any} */
  const context = {
    at: { ...initial.at },
    wishes: 0, // how often the networks were to be measured
    figures: {},
    quantityOf: (key) => quantities.get(key.replace("'", "")),
  };
  const last = () => context.trace.sequenceLength - 1;
  take(context, data);
  const worker = data.compared.length ? new Worker(WORKER, { type: "module" }) : null;
  const measure = (sent) => {
    const { weight } = context;
    worker?.postMessage({ ...sent, wish: { number: ++context.wishes, at: dialled(context), weight } });
  };
  context.measure = () => measure();
  let frame = 0;

  /** Turn a dial: the picture follows with the next frame, the measurements when they are done. */
  context.turn = (name, value) => {
    context.at[name] = value;
    if (name !== "bound") measure();
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      carryBack(context);
      player.load();
      player.clock.change({});
      player.follow();
      player.tell();
    });
  };

  const player = stage(root, data, options, {
    context,
    shapeOf,
    build: () => build(context),
    tall: () => context.trace.hiddenSize,
    clock: {
      extra: { line: cell.state.includes(initial.line) ? initial.line : cell.state[0] },
      units: () => context.trace.hiddenSize,
      backwards: true,
      words: () => words(context, player.clock.step),
    },
    take(other) {
      const atLoss = player.clock.step === last();
      take(context, other);
      measure({ data: other });
      return atLoss ? { timeStep: Infinity } : {};
    },
    judged: () => judged(context, { prepare: context.prepare, gradientNorms: gradientNorms(context) }),
    selected: ({ timeStep, unit, line, larger }) => ({
      timeStep: timeStep === last() ? null : timeStep, // the last step, however many there are
      defaultStep: null,
      unit,
      line,
      larger,
      defaultLine: cell.state[0],
      at: { ...context.at },
    }),
  });
  root.dataset.cell = cell.name;

  worker?.addEventListener("message", ({ data: figures }) => {
    Object.assign(context.figures, figures);
    for (const view of context.figureViews) view.load?.();
    player.draw();
  });
  measure({ data });

  return {
    ...player,
    destroy() {
      worker?.terminate();
      cancelAnimationFrame(frame);
      player.destroy();
    },
  };
}

const WORKER = new URL("../views/backward/measuring_worker.js", import.meta.url);

/** Put what the server has sent into the context, decoded once. */
function take(context, data) {
  Object.assign(context, { data, network: new Network(data) });
  carryBack(context);
}

/** What the dials that there are stand at. */
const dialled = ({ data, at }) => Object.fromEntries(data.dials.map(({ name }) => [name, at[name]]));

/** Run the network with the dials where they stand, and carry the gradient of its loss back. */
function carryBack(context) {
  const { data, network } = context;
  const chosen = chosenOf(data) ?? { cell: data.cell, keeping: [] };
  const at = dialled(context);
  const prepare = turning(at, chosen);
  const trace = new Trace(network, prepare);
  const loss = carriedLoss(data);
  const whole = new Backward(trace, loss);
  const cut = at.cut ?? 0;
  const caption = filled(data.caption, at);
  Object.assign(context, { trace, prepare, whole, cut, caption, pass: cut ? new Backward(trace, loss, cut) : whole });
}

/** The norm of the gradient by the hidden state at every step. */
function gradientNorms({ data, trace, pass }) {
  return Array.from({ length: trace.sequenceLength }, (_, t) => length(pass.at(data.cell.state[0], t)));
}

function words({ data, trace, pass }, timeStep) {
  const norm = length(pass.at(data.cell.state[0], timeStep));
  return `Step ${timeStep + 1} of ${trace.sequenceLength}, gradient of the hidden state ${format(norm)}`;
}

function shapeOf({ cell, weights, inputs, readout, classroom, prediction, dials }) {
  const shapes = Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape);
  return JSON.stringify([cell, shapes, inputs.shape[1], Boolean(readout), classroom, prediction, dials]);
}

function build(context) {
  const { data } = context;
  const numbers = data.dials.filter((dial) => !isSwitch(dial));
  const dials = turnable(context, numbers);
  const verdict = verdictView(context);
  const controls = controlsView(context);
  const strip = backStripView(context);
  const step = stepBackView(context);
  const formula = chainRuleView(context);
  const accumulation = accumulationView(context);
  const figures = data.compared.length ? figuresOf(context) : { views: [], curves: [], which: [] };
  context.figureViews = [verdict, ...figures.views, accumulation.distance];
  const elements = [
    ...(data.compared.length ? [verdict.element] : []),
    ...(numbers.some(({ shown }) => shown) ? [card(dials.element)] : []),
    card(controls.element, strip.element, strip.caption),
    ...figures.curves,
    element(
      "div",
      { class: "levels" },
      card(element("h2", {}, "One step back"), step.element),
      element("aside", { class: "card" }, formula.element),
    ),
    ...figures.which,
    card(element("h2", {}, ...context.explain("What the weights are told")), accumulation.element),
  ];
  return { elements, views: [dials, ...context.figureViews, controls, strip, step, formula, accumulation] };
}

const isSwitch = ({ look }) => look === "switch";
const turnable = (context, dials) => dialsView(dials, (name) => context.at[name], context.turn, context.explain);
const card = (...content) => element("div", { class: "card" }, ...content);

/** What is measured of the networks: the curves, and which gradient is which. */
function figuresOf(context) {
  const { title } = context.data.cell;
  const [reach, triangle, singular, which] = [reachView, triangleView, singularView, whichView].map((view) =>
    view(context),
  );
  const switches = turnable(context, context.data.dials.filter(isSwitch));
  const titled = (text, meaning, ...parts) =>
    element(
      "section",
      { class: "card" },
      element("h2", {}, ...context.explain(text)),
      element("p", { class: "caption" }, ...context.explain(meaning)),
      ...parts.map((part) => part.element),
    );
  return {
    views: [reach, switches, triangle, singular, which],
    curves: [
      titled(
        "How far back does it reach?",
        "‖dh_T/dh_t‖: how much the last hidden state changes when that of step t does.",
        reach,
        switches,
      ),
      element(
        "div",
        { class: "halves" },
        titled(
          `All pairs of steps, ${title}`,
          "A row is the step from which one looks back, a column the step that is looked at.",
          triangle,
        ),
        titled(
          `In which directions, ${title}`,
          "The singular values of dh_T/dh_t: one direction of the state may live on while the others are gone.",
          singular,
        ),
      ),
    ],
    which: [
      titled(
        `Which gradient, ${title}?`,
        "The gradient that trains the weights can stay large while everything long-range is gone.",
        which,
      ),
    ],
  };
}
