// The player backwards: the gradient of a loss walks the unrolled network from the right to the left.

import { accumulationView } from "./accumulation_view.js";
import { backStripView } from "./back_strip.js";
import { chainRuleView } from "./chain_rule.js";
import { Clock } from "./clock.js";
import { Colours } from "./colours.js";
import { controlsView } from "./controls.js";
import { dress, element } from "./dom.js";
import { Network, Trace } from "./engine.js";
import { Backward, halfSquare, surprise } from "./gradient.js";
import { ask } from "./prediction.js";
import { reachView, singularView, triangleView, whichView } from "./reach_view.js";
import { stepBackView } from "./step_back.js";
import { format } from "./typeset.js";
import { erased } from "./what_if.js";

/**
 * Show how a gradient is carried back, one step at a time.
 *
 * @param root the element to fill
 * @param data what `rnnviz.player.payload.backward` describes
 * @param options as for `mount` in player.js
 * @returns {selection(), update(data), destroy()} as in player.js
 */
export function mount(root, data, { theme = "light", initial = {}, onChange = () => {} } = {}) {
  const { cell } = data;
  const shape = shapeOf(data);
  const quantities = new Map(cell.equations.map(({ target, quantity }) => [target, quantity]));
  const context = {
    ...passOf(data),
    colours: new Colours(data.palettes[theme]),
    quantityOf: (key) => quantities.get(key.replace("'", "")),
    select: (changes) => clock.select(changes),
    play: () => clock.play(),
    enlarge: () => clock.select({ larger: !clock.chosen.larger }),
  };
  const clock = new Clock(root, {
    initial,
    extra: { line: cell.state.includes(initial.line) ? initial.line : cell.state[0] },
    length: () => context.trace.sequenceLength,
    units: () => context.trace.hiddenSize,
    backwards: true,
    draw,
    words,
    onChange: () => onChange(selection()),
  });
  const views = build(root, context, clock.announcement);
  const runs = () => {
    const { data, trace } = context;
    const run = { data, now: trace, unchanged: trace, erased: (timeStep) => erased(trace.network, timeStep) };
    return new Map([[cell.name, run]]);
  };
  const question =
    data.prediction &&
    ask(root, { prediction: data.prediction, runs, answer: initial.answer, onAnswer: () => onChange(selection()) });
  if (question) root.prepend(question.element);
  const stepMarkers = root.querySelectorAll(".frame, .marker.step");
  const unitMarkers = root.querySelectorAll(".marker.aligned");

  function draw() {
    const { shown } = clock;
    root.dataset.timeStep = shown.timeStep;
    root.dataset.unit = shown.unit;
    root.classList.toggle("larger", shown.larger);
    for (const marker of stepMarkers) marker.style.setProperty("--step", shown.timeStep);
    for (const marker of unitMarkers) marker.style.setProperty("--unit", shown.unit);
    for (const view of views) view.update(shown);
  }

  function load() {
    root.style.setProperty("--steps", context.trace.sequenceLength);
    for (const view of views) view.load();
  }

  function update(other) {
    if (shapeOf(other) !== shape) return false;
    const atLoss = clock.step === context.trace.sequenceLength - 1;
    Object.assign(context, passOf(other));
    load();
    clock.change(atLoss ? { timeStep: Infinity } : {});
    return true;
  }

  function words() {
    const [hidden] = cell.state;
    const norm = length(context.pass.at(hidden, clock.step));
    return `Step ${clock.step + 1} of ${context.trace.sequenceLength}, gradient of the hidden state ${format(norm)}`;
  }

  function selection() {
    const { timeStep, unit, line, larger } = clock.chosen;
    const last = context.trace.sequenceLength - 1;
    return {
      timeStep: timeStep === last ? null : timeStep, // the last step, however many there are
      defaultStep: null,
      unit,
      line,
      larger,
      defaultLine: cell.state[0],
      answer: question?.answer(),
    };
  }

  dress(root, data, theme);
  root.dataset.cell = cell.name;
  root.style.setProperty("--units", context.trace.hiddenSize);
  load();
  draw();

  return {
    selection,
    update,
    destroy() {
      clock.destroy();
      root.replaceChildren();
    },
  };
}

/** The length of a vector, or of several taken as one. */
export const length = (...vectors) =>
  Math.sqrt(vectors.reduce((sum, vector) => sum + vector.reduce((squares, value) => squares + value * value, 0), 0));

function passOf(data) {
  const trace = new Trace(new Network(data));
  const loss = data.readout ? surprise(data.everyStep, data.readout.targets) : halfSquare(data.everyStep);
  const whole = new Backward(trace, loss);
  return { data, trace, whole, pass: data.truncate ? new Backward(trace, loss, data.truncate) : whole };
}

function shapeOf({ cell, weights, inputs, readout, classroom, prediction }) {
  const shapes = Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape);
  return JSON.stringify([cell, shapes, inputs.shape[1], Boolean(readout), classroom, prediction]);
}

function build(root, context, announcement) {
  const controls = controlsView(context);
  const strip = backStripView(context);
  const step = stepBackView(context);
  const formula = chainRuleView(context);
  const accumulation = accumulationView(context);
  const figures = context.data.curves.length ? figuresOf(context) : { views: [], reach: [], which: [] };
  root.replaceChildren(
    ...figures.reach,
    element("div", { class: "card" }, controls.element, strip.element, strip.caption),
    element(
      "div",
      { class: "levels" },
      element("div", { class: "card" }, element("h2", {}, "One step back"), step.element),
      element("aside", { class: "card" }, formula.element),
    ),
    ...figures.which,
    element("div", { class: "card" }, element("h2", {}, "What the weights are told"), accumulation.element),
    announcement,
  );
  return [...figures.views, controls, strip, step, formula, accumulation];
}

/** The norms that the server computed, above and below the walk. */
function figuresOf(context) {
  const { title } = context.data.cell;
  const [reach, triangle, singular, which] = [reachView, triangleView, singularView, whichView].map((view) =>
    view(context),
  );
  const titled = (text, meaning, view) =>
    element(
      "section",
      { class: "card" },
      element("h2", {}, text),
      element("p", { class: "caption" }, meaning),
      view.element,
    );
  return {
    views: [reach, triangle, singular, which],
    reach: [
      titled(
        "How far back does it reach?",
        "‖dh_T/dh_t‖: how much the last hidden state changes when that of step t does.",
        reach,
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
