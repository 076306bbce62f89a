// The player: one network over one sequence, stepped through in the browser. It knows nothing of who serves it.

import { cellView } from "./cell_view.js";
import { Colours } from "./colours.js";
import { controlsView, legendView } from "./controls.js";
import { element } from "./dom.js";
import { Trace } from "./engine.js";
import { formulaView } from "./formula.js";
import { guessesView } from "./guesses.js";
import { stripView } from "./strip.js";
import { tableView } from "./table.js";
import { timeView } from "./time_view.js";
import { percent } from "./typeset.js";

const MILLISECONDS_A_STEP = 900;

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
  const within = (value, top) => (value >= 0 ? Math.min(Math.trunc(value), top) : 0);
  const last = () => context.trace.sequenceLength - 1;

  const context = {
    data,
    trace: new Trace(data),
    colours: new Colours(data.palettes[theme]),
    quantityOf: (key) => (key === "x" ? context.data.inputQuantity : quantities.get(key.replace("'", ""))),
    select,
    play,
    enlarge: () => select({ larger: !chosen.larger }),
    point(place) {
      pointed = place;
      draw();
    },
  };
  const chosen = {
    timeStep: within(initial.timeStep, last()),
    unit: within(initial.unit, context.trace.mostUnits - 1),
    line: quantities.has(initial.line) ? initial.line : cell.state.at(-1),
    larger: Boolean(initial.larger),
    speed: 1,
    playing: false,
  };
  let pointed = null; // what the pointer is over: it is shown, not chosen
  let timer = null;

  const announcement = element("p", { class: "unseen", "aria-live": "polite" });
  const views = (data.view === "full" ? fullViews : glanceViews)(root, context, announcement);
  // On the markers themselves: a property of the root would make the browser restyle everything below it.
  const stepMarkers = root.querySelectorAll(".frame, .marker.step");
  const unitMarkers = root.querySelectorAll(".marker.aligned, .marker.row");

  // A shorter sequence shows its last step but does not forget the chosen one: a name is retyped letter by letter.
  const step = () => within(chosen.timeStep, last());
  const unit = () => within(chosen.unit, context.trace.mostUnits - 1);

  function draw() {
    const shown = { ...chosen, timeStep: step(), unit: pointed?.unit ?? unit(), line: pointed?.line ?? chosen.line };
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
    Object.assign(context, { data: other, trace: new Trace(other) });
    pointed = null;
    load();
    change({});
    return true;
  }

  function announce() {
    if (chosen.playing) return;
    const timeStep = step();
    const { trace, data } = context;
    const parts = [`Step ${timeStep + 1} of ${trace.sequenceLength}`, `${data.labelKind} ${data.labels[timeStep]}`];
    if (data.readout) {
      const prediction = trace.at("y", timeStep);
      const best = prediction.indexOf(Math.max(...prediction));
      parts.push(`best guess for the next: ${data.readout.symbols[best]}, ${percent(prediction[best])}`);
    }
    announcement.textContent = parts.join(", ");
  }

  function change(changes) {
    Object.assign(chosen, changes);
    if ("timeStep" in changes) chosen.timeStep = step();
    if ("unit" in changes) chosen.unit = unit();
    draw();
    announce();
  }

  /** A person's choice: whatever they touch, playing stops unless it is the speed or the size. */
  function select(changes) {
    if ("timeStep" in changes) stop();
    change(changes);
    if (chosen.playing) start();
    onChange(selection());
  }

  function start() {
    clearInterval(timer);
    timer = setInterval(() => {
      if (step() < last()) change({ timeStep: step() + 1 });
      else if (context.data.loop) change({ timeStep: 0 });
      else pause();
    }, MILLISECONDS_A_STEP / chosen.speed);
  }

  function stop() {
    clearInterval(timer);
    chosen.playing = false;
  }

  function pause() {
    stop();
    change({});
    onChange(selection());
  }

  function play() {
    if (chosen.playing) return pause();
    change({ playing: true, timeStep: step() === last() ? 0 : step() });
    start();
  }

  function selection() {
    const { timeStep, unit, line, larger } = chosen;
    return { timeStep, unit, line, larger, defaultLine: cell.state.at(-1) };
  }

  const keys = {
    ArrowLeft: () => select({ timeStep: step() - 1 }),
    ArrowRight: () => select({ timeStep: step() + 1 }),
    Home: () => select({ timeStep: 0 }),
    End: () => select({ timeStep: Infinity }),
    ArrowUp: () => select({ unit: unit() - 1 }),
    ArrowDown: () => select({ unit: unit() + 1 }),
    " ": play,
  };
  const plain = (event) => !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);

  function onKey(event) {
    const focused = event.composedPath()[0];
    const typing = focused.tagName === "SELECT" || (focused.type === "range" && event.key.startsWith("Arrow"));
    const pressing = (focused.tagName === "BUTTON" || focused.tagName === "SUMMARY") && event.key === " ";
    if (!plain(event) || typing || pressing || !keys[event.key]) return;
    event.preventDefault();
    event.stopPropagation();
    keys[event.key]();
  }

  /** With nothing focused, left and right step too: a teacher need not click the picture first. */
  function onPageKey(event) {
    const stepping = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (stepping && plain(event) && event.target === document.body) keys[event.key]();
  }

  root.dataset.testid = "player";
  root.dataset.cell = cell.name;
  root.dataset.theme = theme;
  root.classList.add("player");
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", "Player");
  for (const [name, colour] of Object.entries(data.palettes[theme])) {
    root.style.setProperty(`--${name.replace("_", "-")}`, colour);
  }
  root.style.setProperty("--units", context.trace.hiddenSize); // how tall a column is
  root.addEventListener("keydown", onKey);
  document.addEventListener("keydown", onPageKey);
  load();
  draw();
  if (autoplay && !matchMedia("(prefers-reduced-motion: reduce)").matches) play();

  return {
    selection,
    update,
    destroy() {
      stop();
      root.removeEventListener("keydown", onKey);
      document.removeEventListener("keydown", onPageKey);
      root.replaceChildren();
    },
  };
}

/** What the picture is built for: the equations, every size but the number of steps, and what stands beside. */
function shapeOf({ cell, view, weights, inputs, readout, inputSymbols }) {
  const shapes = Object.values({ ...weights, ...readout?.weights }).map((array) => array.shape);
  return JSON.stringify([cell, view, shapes, inputs.shape[1], readout?.symbols, inputSymbols]);
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
    element("div", { class: "card" }, controls.element, strip.element, element("div", { class: "foot" }, caption.element, legend.element)),
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
  return element("p", { class: "caption help" }, key("←"), key("→"), " step  ", key("↑"), key("↓"), " unit  ", key("Space"), " play");
}
