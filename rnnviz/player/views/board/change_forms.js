// The forms of the what-if panel: each shows what can be changed at the chosen step and unit, and makes the change.

import { numbersOf } from "../../engine/arrays.js";
import { placeOf, weightAt } from "../../engine/what_if.js";
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

/** A slider with its value beside it; `set(range, value, said)` shows, `onInput(value)` is told of a drag. */
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
      assign(slider, { min: low, max: high, step });
      slider.value = value;
      assign(slider, { ariaValueText: `${format(value, 2)}${said}` });
      write(output, `${format(value, 2)}${said}`);
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
  let shown = { unit: 0, timeStep: 0 };

  const keeper = runs.find(({ data }) => Object.keys(data.cell.keeps).length);
  if (keeper) {
    const [kept] = Object.values(keeper.data.cell.keeps);
    if (kept.value) target.value = `${keeper.name} ${kept.value}`;
  }

  function place() {
    const [cell, letter] = target.value.split(" ");
    return { kind: "hold", cell, letter, unit: whom.value === "all" ? null : shown.unit };
  }

  function update(next = shown) {
    shown = next;
    write(one, `unit ${shown.unit + 1}`);
    const { cell, letter, unit } = place();
    const run = context.cells.get(cell);
    const made = madeHere(context, place());
    const values = run.now.at(letter, shown.timeStep);
    const free =
      unit === null ? values.reduce((a, b) => a + b) / values.length : values[Math.min(unit, values.length - 1)];
    slider.set(
      run.quantityOf(letter).colourRange,
      made?.value ?? free,
      made ? "" : unit === null ? ", free (mean now)" : ", free",
    );
  }

  return {
    element: element(
      "div",
      { class: "form" },
      field("Hold", target, "Hold which quantity"),
      field("of", whom, "of which units"),
      slider.element,
    ),
    load() {},
    update,
  };
}

export function silenceForm(context) {
  const say = element("p", {}, "");
  const buttons = context.runs.map(({ name, data }) =>
    element("button", { type: "button", "data-cell": name, click: () => toggle(name) }, data.cell.title),
  );
  let unit = 0;

  function toggle(cell) {
    const change = { kind: "silence", cell, unit };
    if (madeHere(context, change)) context.undo(change);
    else context.make(change);
  }

  return {
    element: element("div", { class: "form" }, say, element("div", { class: "tabs" }, ...buttons)),
    load() {},
    update(shown) {
      unit = shown.unit;
      say.textContent = `Let unit ${unit + 1} pass on nothing, in:`;
      for (const button of buttons) {
        const made = madeHere(context, { kind: "silence", cell: button.dataset.cell, unit });
        button.setAttribute("aria-pressed", String(Boolean(made)));
      }
    },
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
  };
}

export function inputForm(context) {
  const where = element("p", {}, "");
  const letter = element("select", { "aria-label": "Letter", change: () => read(letter.selectedIndex) });
  const scale = () => context.runs[0].data.inputScale || 1;
  const slider = sliderField("Reads", (value) =>
    context.make({ kind: "input", timeStep, index: 0, value: value * scale() }),
  );
  let timeStep = 0;

  function read(index) {
    const change = { kind: "read", timeStep, index };
    const { inputs } = context.runs[0].network;
    const original = inputs.values
      .subarray(timeStep * inputs.columns, (timeStep + 1) * inputs.columns)
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
      ({ timeStep } = shown);
      const { now, data } = context.runs[0];
      const row = now.at(data.cell.input, timeStep);
      where.textContent = `Step ${timeStep + 1}, which reads “${context.data.labels[timeStep]}”, reads instead:`;
      if (symbols().length) {
        letter.selectedIndex = row.findIndex(Boolean);
        return;
      }
      const { values } = context.runs[0].network.inputs;
      const largest = values.reduce((most, value) => Math.max(most, Math.abs(value / scale())), 0.5);
      slider.set(endsAbout(2 * largest), row[0] / scale());
    },
  };
}
