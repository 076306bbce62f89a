// The player: one network over one sequence, stepped through in the browser. It knows nothing of who serves it.

import { cellView } from "./cell_view.js";
import { Clock } from "./clock.js";
import { Colours } from "./colours.js";
import { controlsView, legendView } from "./controls.js";
import { dress, element } from "./dom.js";
import { Network, Trace } from "./engine.js";
import { formulaView } from "./formula.js";
import { guessesView } from "./guesses.js";
import { ask } from "./prediction.js";
import { stripView } from "./strip.js";
import { tableView } from "./table.js";
import { timeView } from "./time_view.js";
import { percent } from "./typeset.js";
import { erased } from "./what_if.js";

/**
 * Show a network and let a person step through it.
 *
 * @param root the element to fill
 * @param data what `rnnviz.player.payload` describes, with `view`: "full" or "glance"
 * @param options `theme` "light" or "dark"; `initial` any of {timeStep, unit, line, larger}; `autoplay`;
 *   `onChange(selection)` after every change a person makes
 * @returns {selection(), update(data), destroy()}; `update` shows other numbers in the same picture and keeps the
 *   selection, or returns false where the cell or a size differs and the player has to be mounted anew
 */
export function mount(root, data, { theme = "light", initial = {}, autoplay = false, onChange = () => {} } = {}) {
  const { cell } = data;
  const shape = shapeOf(data);
  const quantities = new Map(cell.equations.map(({ target, quantity }) => [target, quantity]));
  const context = {
    data,
    trace: new Trace(new Network(data)),
    colours: new Colours(data.palettes[theme]),
    quantityOf: (key) => (key === "x" ? context.data.inputQuantity : quantities.get(key.replace("'", ""))),
    select: (changes) => clock.select(changes),
    play: () => clock.play(),
    enlarge: () => clock.select({ larger: !clock.chosen.larger }),
    point(place) {
      pointed = place;
      draw();
    },
  };
  const clock = new Clock(root, {
    initial,
    extra: { line: quantities.has(initial.line) ? initial.line : cell.state.at(-1) },
    length: () => context.trace.sequenceLength,
    units: () => context.trace.mostUnits,
    loops: () => context.data.loop,
    draw,
    words,
    onChange: () => onChange(selection()),
  });
  let pointed = null; // what the pointer is over: it is shown, not chosen

  const views = (data.view === "full" ? fullViews : glanceViews)(root, context, clock.announcement);
  const question =
    data.prediction &&
    ask(root, {
      prediction: data.prediction,
      runs: judged,
      answer: initial.answer,
      onAnswer: () => onChange(selection()),
    });
  if (question) root.prepend(question.element);
  // On the markers themselves: a property of the root would make the browser restyle everything below it.
  const stepMarkers = root.querySelectorAll(".frame, .marker.step");
  const unitMarkers = root.querySelectorAll(".marker.aligned, .marker.row");

  function draw() {
    const { shown } = clock;
    Object.assign(shown, { unit: pointed?.unit ?? shown.unit, line: pointed?.line ?? shown.line });
    root.dataset.timeStep = shown.timeStep;
    root.classList.toggle("larger", shown.larger);
    for (const marker of stepMarkers) marker.style.setProperty("--step", shown.timeStep);
    for (const marker of unitMarkers) marker.style.setProperty("--unit", shown.unit);
    for (const view of views) view.update({ ...shown, pointed: pointed?.text(shown.timeStep) });
  }

  function load() {
    root.style.setProperty("--steps", context.trace.sequenceLength);
    for (const view of views) view.load();
  }

  function update(other) {
    if (shapeOf(other) !== shape) return false;
    Object.assign(context, { data: other, trace: new Trace(new Network(other)) });
    pointed = null;
    load();
    clock.change({});
    return true;
  }

  function words() {
    const { trace, data } = context;
    const timeStep = clock.step;
    const parts = [`Step ${timeStep + 1} of ${trace.sequenceLength}`, `${data.labelKind} ${data.labels[timeStep]}`];
    if (data.readout) {
      const prediction = trace.at("y", timeStep);
      const best = prediction.indexOf(Math.max(...prediction));
      parts.push(`best guess for the next: ${data.readout.symbols[best]}, ${percent(prediction[best])}`);
    }
    return parts.join(", ");
  }

  /** The run as a prediction is checked against it: nothing is changed here. */
  function judged() {
    const { data, trace } = context;
    return new Map([
      [cell.name, { data, now: trace, unchanged: trace, erased: (timeStep) => erased(trace.network, timeStep) }],
    ]);
  }

  function selection() {
    const { timeStep, unit, line, larger } = clock.chosen;
    return { timeStep, unit, line, larger, defaultLine: cell.state.at(-1), answer: question?.answer() };
  }

  dress(root, data, theme);
  root.dataset.cell = cell.name;
  root.style.setProperty("--units", context.trace.hiddenSize); // how tall a column is
  load();
  draw();
  if (autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches) clock.play();

  return {
    selection,
    update,
    destroy() {
      clock.destroy();
      root.replaceChildren();
    },
  };
}

/** What the picture is built for: the equations, every size but the number of steps, and what stands beside. */
function shapeOf({ cell, view, weights, inputs, readout, inputSymbols, classroom, prediction }) {
  const shapes = Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape);
  const others = [readout?.symbols, inputSymbols, classroom, prediction];
  return JSON.stringify([cell, view, shapes, inputs.shape[1], ...others]);
}

function fullViews(root, context, announcement) {
  const controls = controlsView(context);
  const caption = captionView(context);
  const legend = legendView(context);
  const strip = stripView(context);
  const cell = cellView(context);
  const formula = formulaView(context);
  const time = timeView(context);
  const table = tableView(context);
  const guesses = context.data.readout ? [guessesView(context)] : [];
  root.replaceChildren(
    element(
      "div",
      { class: "card" },
      controls.element,
      strip.element,
      element("div", { class: "foot" }, caption.element, legend.element),
    ),
    element(
      "div",
      { class: "levels" },
      element("div", { class: "card" }, element("h2", {}, "Inside the cell"), cell.element),
      element("aside", { class: "card" }, formula.element, ...guesses.map((view) => view.element), help()),
    ),
    element("div", { class: "card time" }, element("h2", {}, "Through time"), time.element, table.element),
    announcement,
  );
  return [controls, caption, strip, cell, formula, ...guesses, time, table];
}

function glanceViews(root, context, announcement) {
  const controls = controlsView(context);
  const caption = captionView(context);
  const strip = stripView(context);
  const guesses = context.data.readout ? [guessesView(context)] : [];
  root.replaceChildren(
    element(
      "div",
      { class: "card glance" },
      element("div", {}, controls.element, strip.element, caption.element),
      ...guesses.map((view) => view.element),
    ),
    announcement,
  );
  return [controls, caption, strip, ...guesses];
}

function captionView(context) {
  const root = element("p", { class: "caption" });
  return {
    element: root,
    load() {
      root.textContent = context.data.caption;
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
