// The forms of the what-if panel: each shows what can be changed at the chosen step and unit, and makes the change.

import { numbersOf } from "../../engine/arrays.js";
import { placeOf, problemOf, weightAt } from "../../engine/what_if.js";
import { labelled } from "../../shell/controls.js";
import { assign, element, placeUnder, Raster, settled, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";

/** The ends of a slider about zero that shows `size` and more, at whole numbers so that its steps are round. */
const endsAbout = (size) => [-Math.ceil(size), Math.ceil(size)];

/** A labelled field; `name` is what a screen reader calls it where the label alone says too little. */
function field(label, control, name = label) {
  control.setAttribute("aria-label", name);
  return element("label", { class: "field" }, element("span", {}, label), control);
}

/** A slider with its value beside it; `set(range, value, said)` shows, also what lies beyond; `onInput(value)` is told of a drag. */
function sliderField(label, onInput) {
  const output = settled();
  const slider = element("input", {
    type: "range",
    step: "any",
    "aria-label": label,
    input: () => onInput(slider.valueAsNumber),
  });
  return {
    element: labelled(label, output, slider),
    set(/** @type {number[]} */ [low, high], value, said = "") {
      const step = high - low > 20 ? 0.1 : 0.01;
      assign(slider, { min: Math.min(low, value), max: Math.max(high, value), step });
      slider.value = value;
      assign(slider, { ariaValueText: `${format(value, 2)}${said}` });
      write(output, `${format(value, 2)}${said}`);
    },
  };
}

/**
 * The unit or the time step of a form: the chosen one, or that of a change which is shown, until another is chosen.
 *
 * @param {(shown: any) => number} chosenOf
 */
function chosenPlace(chosenOf) {
  /** @type {{ chosen?: number, pinned?: number }} */
  const known = {};
  return {
    get place() {
      return known.pinned ?? known.chosen ?? 0;
    },
    pin(/** @type {number} */ place) {
      known.pinned = place;
    },
    follow(shown, most = Infinity) {
      const chosen = chosenOf(shown);
      const other = known.chosen !== undefined && chosen !== known.chosen;
      if (other || (known.pinned ?? 0) > most) delete known.pinned;
      known.chosen = chosen;
    },
  };
}

const madeHere = (context, change) => context.changes.find((other) => placeOf(other) === placeOf(change));

export function holdForm(context) {
  const { runs } = context;
  const target = element(
    "select",
    { change: () => update() },
    ...runs.map(({ name, data }) =>
      element(
        "optgroup",
        { label: data.cell.title },
        ...data.cell.equations.map(({ target: letter, quantity }) =>
          element("option", { value: `${name} ${letter}` }, `${data.cell.title}: ${quantity.title.toLowerCase()}`),
        ),
      ),
    ),
  );
  const one = element("option", { value: "one" });
  const whom = element("select", { change: () => update() }, element("option", { value: "all" }, "every unit"), one);
  const slider = sliderField("Held at", (value) => context.make({ ...place(), value }));
  const typed = element("input", { type: "number", step: "any", change: () => type(typed.valueAsNumber) });
  const unit = chosenPlace(({ unit }) => unit);
  let shown = { unit: 0, timeStep: 0 };

  const keeper = runs.find(({ data }) => Object.keys(data.cell.keeps).length);
  if (keeper) {
    const [kept] = Object.values(keeper.data.cell.keeps);
    if (kept.value) target.value = `${keeper.name} ${kept.value}`;
  }

  function place() {
    const [cell, letter] = target.value.split(" ");
    return { kind: "hold", cell, letter, unit: whom.value === "all" ? null : unit.place };
  }

  /** What cannot be held stays in the field, which says so, and changes nothing. */
  function type(value) {
    const change = { ...place(), value };
    if (typed.checkValidity() && !problemOf(change, context.cells)) context.make(change);
  }

  function update(next = shown) {
    shown = next;
    unit.follow(shown);
    write(one, `unit ${unit.place + 1}`);
    const { cell, letter, unit: held } = place();
    const run = context.cells.get(cell);
    const made = madeHere(context, place());
    const values = run.now.at(letter, shown.timeStep);
    const free =
      held === null ? values.reduce((a, b) => a + b) / values.length : values[Math.min(held, values.length - 1)];
    const [low, high] = run.quantityOf(letter).bounds;
    assign(typed, { min: low ?? "", max: high ?? "" });
    if (typed.getRootNode().activeElement !== typed) assign(typed, { value: made ? made.value : "" });
    slider.set(
      run.quantityOf(letter).colourRange,
      made?.value ?? free,
      made ? "" : held === null ? ", free (mean now)" : ", free",
    );
  }

  return {
    element: element(
      "div",
      { class: "form" },
      field("Hold", target, "Hold which quantity"),
      field("of", whom, "of which units"),
      slider.element,
      field("or exactly at", typed, "Held exactly at"),
    ),
    load() {},
    update,
    show(change) {
      target.value = `${change.cell} ${change.letter}`;
      whom.value = change.unit === null ? "all" : "one";
      if (change.unit !== null) unit.pin(change.unit);
    },
  };
}

export function silenceForm(context) {
  const say = element("p", {}, "");
  const buttons = context.runs.map(({ name, data }) =>
    element("button", { type: "button", "data-cell": name, click: () => toggle(name) }, data.cell.title),
  );
  const unit = chosenPlace(({ unit }) => unit);

  function toggle(cell) {
    const change = { kind: "silence", cell, unit: unit.place };
    if (madeHere(context, change)) context.undo(change);
    else context.make(change);
  }

  return {
    element: element("div", { class: "form" }, say, element("div", { class: "tabs" }, ...buttons)),
    load() {},
    update(shown) {
      unit.follow(shown);
      say.textContent = `Let unit ${unit.place + 1} pass on nothing, in:`;
      for (const button of buttons) {
        const made = madeHere(context, { kind: "silence", cell: button.dataset.cell, unit: unit.place });
        button.setAttribute("aria-pressed", String(Boolean(made)));
      }
    },
    show: (change) => unit.pin(change.unit),
  };
}

export function weightForm(context) {
  const name = element(
    "select",
    { change: () => choose(0, 0) },
    ...context.runs.map(({ name: cell, data }) =>
      element(
        "optgroup",
        { label: data.cell.title },
        ...Object.keys(data.cell.weights).map((weight) =>
          element("option", { value: `${cell} ${weight}` }, `${data.cell.title}: ${weight}`),
        ),
      ),
    ),
  );
  const raster = new Raster();
  const spot = element("div", { class: "marker spot" });
  const map = element("div", { class: "weights" }, raster.canvas, spot);
  const number = () =>
    element("input", {
      type: "number",
      min: "1",
      step: "1",
      change: () => choose(row.valueAsNumber - 1, column.valueAsNumber - 1),
    });
  const [row, column] = [number(), number()];
  const slider = sliderField("Set to", (value) => context.make({ ...place(), value }));
  let chosen = [0, 0];

  function subject() {
    const [cell, weight] = name.value.split(" ");
    const { network, data, now } = context.cells.get(cell);
    const shape = data.weights[weight].shape;
    return {
      cell,
      weight,
      shape,
      height: shape[0],
      width: shape[1] ?? 1,
      original: network.weights,
      current: now.weights,
    };
  }

  function place() {
    const { cell, weight, shape } = subject();
    return { kind: "weight", cell, name: weight, index: chosen.slice(0, shape.length) };
  }

  function choose(down, across) {
    const { height, width } = subject();
    const within = (at, size) => Math.min(size - 1, Math.max(0, Math.trunc(at) || 0));
    chosen = [within(down, height), within(across, width)];
    update();
  }

  function update() {
    const { weight, shape, height, width, original, current } = subject();
    const array = current.get(weight);
    const values = numbersOf(array);
    const colour = context.colours.of(context.data.networks[0].weightQuantity);
    raster.draw(height, width, (r, c) => colour(values[r * width + c]));
    map.style.setProperty("--columns", width);
    const box = {
      "--row": chosen[0] / height,
      "--column": chosen[1] / width,
      "--height": 1 / height,
      "--width": 1 / width,
    };
    for (const [property, share] of Object.entries(box)) spot.style.setProperty(property, share);
    assign(row, { max: height, value: chosen[0] + 1 });
    assign(column, { max: width, value: chosen[1] + 1, disabled: shape.length < 2 });
    const index = chosen.slice(0, shape.length);
    const before = weightAt(original, weight, index);
    const made = madeHere(context, place());
    slider.set(
      endsAbout(Math.max(3, 2 * Math.abs(before))),
      weightAt(current, weight, index),
      made ? ` (it was ${format(before, 2)})` : "",
    );
  }

  raster.canvas.addEventListener("click", (event) => {
    const { height, width } = subject();
    const at = placeUnder(event, height, width);
    choose(at.row, at.column);
  });
  return {
    element: element(
      "div",
      { class: "form" },
      field("Weight", name),
      map,
      element("div", { class: "pair" }, field("Row", row), field("Column", column)),
      slider.element,
    ),
    load() {},
    update,
    show(change) {
      name.value = `${change.cell} ${change.name}`;
      chosen = [change.index[0], change.index[1] ?? 0];
    },
  };
}

export function inputForm(context) {
  const where = element("p", {}, "");
  const letter = element("select", { "aria-label": "Letter", change: () => read(letter.selectedIndex) });
  const scale = () => context.runs[0].data.inputScale || 1;
  const slider = sliderField("Reads", (value) =>
    context.make({ kind: "input", timeStep: step.place, index: 0, value: value * scale() }),
  );
  const step = chosenPlace(({ timeStep }) => timeStep);

  function read(index) {
    const change = { kind: "read", timeStep: step.place, index };
    const { inputs } = context.runs[0].network;
    const original = inputs.values
      .subarray(step.place * inputs.columns, (step.place + 1) * inputs.columns)
      .findIndex(Boolean);
    if (index === original) context.undo(change);
    else context.make(change);
  }

  const symbols = () => context.runs[0].data.inputSymbols;
  return {
    element: element("div", { class: "form" }, where, letter, slider.element),
    load() {
      const lettered = symbols().length > 0;
      letter.hidden = !lettered;
      slider.element.hidden = lettered;
      letter.replaceChildren(...symbols().map((symbol) => element("option", {}, symbol)));
    },
    update(shown) {
      const { now, data } = context.runs[0];
      step.follow(shown, now.sequenceLength - 1);
      const row = now.at(data.cell.input, step.place);
      where.textContent = `Step ${step.place + 1}, which reads “${context.data.labels[step.place]}”, reads instead:`;
      if (symbols().length) {
        letter.selectedIndex = row.findIndex(Boolean);
        return;
      }
      const { values } = context.runs[0].network.inputs;
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value / scale())), 0.5);
      slider.set(endsAbout(2 * largest), row[0] / scale());
    },
    show: (change) => step.pin(change.timeStep),
  };
}
