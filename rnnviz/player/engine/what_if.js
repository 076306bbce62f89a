// What if: the changes a person can make to runs, each as plain data with a `kind`; the twin of rnnviz/what_if.py.
// In the data everything counts from 0; in the address and in sentences from 1. A change of a cell names it in `cell`;
// one of the input has no cell: all read the same. `cells` is a Map from a cell's name to {data, network}.

import { format } from "../shell/typeset.js";
import { numbersOf } from "./arrays.js";
import { Trace } from "./trace.js";

const NUMBER = /^-?\d{1,6}(\.\d{1,8})?$/;
const readNumber = (text) => (NUMBER.test(text) ? Number(text) : NaN);
/** A place counted from 1 in text; NaN where it is none, which fits nowhere. */
const readPlace = (text) => (/^\d{1,4}$/.test(text) ? Number(text) - 1 : NaN);
const writeNumber = (value) => String(Number(value.toFixed(6)));
const inside = (place, size) => place >= 0 && place < size;
const outside = (what, size) => `it needs ${what} from 1 to ${size}`;

const quantityOf = (data, letter) => data.cell.equations.find(({ target }) => target === letter)?.quantity;
const widthOf = (data, network, letter) => {
  const size = data.cell.sizes[letter];
  return size === "I" ? network.inputs.columns : network.hiddenSize;
};
const anyOf = (cells) => cells.values().next().value;
const every = (unit) => (unit === null ? "every unit" : `unit ${unit + 1}`);
const titled = (cell, cells) => cells.get(cell).data.cell.title;

const KINDS = {
  hold: {
    read: ([cell, letter, unit, value]) => ({
      cell,
      letter,
      unit: unit === "all" ? null : readPlace(unit),
      value: readNumber(value),
    }),
    write: ({ cell, letter, unit, value }) => [cell, letter, unit === null ? "all" : unit + 1, writeNumber(value)],
    place: ({ cell, letter, unit }) => [cell, letter, unit],
    problem({ letter, unit, value }, { data, network }) {
      const quantity = quantityOf(data, letter);
      if (!quantity) return `${data.cell.title} has no ${letter}`;
      const width = widthOf(data, network, letter);
      if (unit !== null && !inside(unit, width)) return outside("a unit", width);
      const [low, high] = quantity.bounds;
      const fits = !Number.isNaN(value) && value >= (low ?? -Infinity) && value <= (high ?? Infinity);
      return fits ? null : `${quantity.title.toLowerCase()} can be held ${boundsInWords(low, high)}`;
    },
    apply({ letter, unit, value }, setup, { data, network }) {
      const width = widthOf(data, network, letter);
      const held = setup.held.get(letter) ?? new Float64Array(width).fill(NaN);
      held.fill(value, unit ?? 0, unit === null ? width : unit + 1);
      setup.held.set(letter, held);
    },
    say({ cell, letter, unit, value }, cells) {
      const { title } = quantityOf(cells.get(cell).data, letter);
      return `${titled(cell, cells)}: ${title.toLowerCase()} of ${every(unit)} held at ${format(value, 2)}`;
    },
  },

  silence: {
    read: ([cell, unit]) => ({ cell, unit: readPlace(unit) }),
    write: ({ cell, unit }) => [cell, unit + 1],
    place: ({ cell, unit }) => [cell, unit],
    problem: ({ unit }, { network }) =>
      inside(unit, network.hiddenSize) ? null : outside("a unit", network.hiddenSize),
    apply({ unit }, setup, { data, network }) {
      const [hidden] = data.cell.state;
      KINDS.hold.apply({ letter: hidden, unit, value: 0 }, setup, { data, network });
      const initial = Float64Array.from(setup.initial.get(`${hidden}'`));
      initial[unit] = 0;
      setup.initial.set(`${hidden}'`, initial);
    },
    say: ({ cell, unit }, cells) => `${titled(cell, cells)}: unit ${unit + 1} silenced`,
  },

  weight: {
    read: ([cell, name, index, value]) => ({
      cell,
      name,
      index: (index ?? "").split(".").map(readPlace),
      value: readNumber(value),
    }),
    write: ({ cell, name, index, value }) => [cell, name, index.map((at) => at + 1).join("."), writeNumber(value)],
    place: ({ cell, name, index }) => [cell, name, ...index],
    problem({ name, index, value }, { data }) {
      const shape = data.weights[name]?.shape;
      if (!shape) return `${data.cell.title} has no weight ${name}`;
      if (shape.length !== index.length) return `${name} needs ${shape.length === 2 ? "a row and a column" : "a row"}`;
      if (!index.every((at, axis) => inside(at, shape[axis])))
        return `${name} has only ${shape.join(" times ")} values`;
      return Number.isNaN(value) ? "it needs a number" : null;
    },
    apply({ name, index, value }, setup) {
      const array = setup.weights.get(name);
      const values = Float64Array.from(numbersOf(array));
      values[index.length === 2 ? index[0] * array.columns + index[1] : index[0]] = value;
      setup.weights.set(name, index.length === 2 ? { ...array, values } : values);
    },
    say({ cell, name, index, value }, cells) {
      const place = index.length === 2 ? `row ${index[0] + 1}, column ${index[1] + 1}` : `row ${index[0] + 1}`;
      const before = weightAt(cells.get(cell).network.weights, name, index);
      return `${titled(cell, cells)}: ${name}, ${place}, set to ${format(value, 2)} (it was ${format(before, 2)})`;
    },
  },

  input: {
    read: ([timeStep, index, value]) => ({
      timeStep: readPlace(timeStep),
      index: readPlace(index),
      value: readNumber(value),
    }),
    write: ({ timeStep, index, value }) => [timeStep + 1, index + 1, writeNumber(value)],
    place: ({ timeStep, index }) => [timeStep, index],
    problem: ({ timeStep, index, value }, { network: { inputs } }) =>
      !inside(timeStep, inputs.rows)
        ? outside("a step", inputs.rows)
        : !inside(index, inputs.columns)
          ? outside("a component", inputs.columns)
          : Number.isNaN(value)
            ? "it needs a number"
            : null,
    apply: ({ timeStep, index, value }, setup) => editInput(setup, timeStep, (row) => (row[index] = value)),
    say({ timeStep, index, value }, cells) {
      const {
        network: { inputs },
        data,
      } = anyOf(cells);
      const [after, before] = [value, inputs.values[timeStep * inputs.columns + index]].map(
        (read) => read / (data.inputScale || 1),
      );
      return `Step ${timeStep + 1} reads ${format(after, 2)} instead of ${format(before, 2)}`;
    },
  },

  read: {
    read: ([timeStep, symbol], cells) => ({
      timeStep: readPlace(timeStep),
      index: anyOf(cells).data.inputSymbols.indexOf(symbol),
    }),
    write: ({ timeStep, index }, cells) => [timeStep + 1, anyOf(cells).data.inputSymbols[index]],
    place: ({ timeStep }) => [timeStep],
    problem({ timeStep, index }, { data, network: { inputs } }) {
      if (!data.inputSymbols.length) return "these networks read numbers";
      if (!inside(timeStep, inputs.rows)) return outside("a step", inputs.rows);
      return inside(index, data.inputSymbols.length) ? null : "it needs one of the letters that are read";
    },
    apply: ({ timeStep, index }, setup) =>
      editInput(setup, timeStep, (row) => {
        const scale = row.reduce((a, b) => a + b);
        row.fill(0);
        row[index] = scale;
      }),
    say({ timeStep, index }, cells) {
      const { data } = anyOf(cells);
      return `Step ${timeStep + 1} reads “${data.inputSymbols[index]}” instead of “${data.labels[timeStep]}”`;
    },
  },
};

function boundsInWords(low, high) {
  if (low === null && high === null) return "at any number up to a million";
  if (high === null) return `at ${low} or more`;
  return `at ${format(low, 0)} to ${format(high, 0)}`;
}

/** Edit the input of one time step in a copy. */
function editInput(setup, timeStep, edit) {
  const { columns } = setup.inputs;
  const values = Float64Array.from(setup.inputs.values);
  edit(values.subarray(timeStep * columns, (timeStep + 1) * columns));
  setup.inputs = { ...setup.inputs, values };
}

/** One number of a weight. */
export function weightAt(weights, name, index) {
  const array = weights.get(name);
  return index.length === 2 ? array.values[index[0] * array.columns + index[1]] : array[index[0]];
}

/** Two changes with the same place touch the same numbers: the later one replaces the earlier. */
export const placeOf = (change) => JSON.stringify([change.kind, ...KINDS[change.kind].place(change)]);

/** Why a change does not fit the runs, or null where it does. */
export function problemOf(change, cells) {
  if ("cell" in change && !cells.has(change.cell)) return `no cell here is called ${change.cell}`;
  return KINDS[change.kind].problem(change, cells.get(change.cell) ?? anyOf(cells));
}

/** A change as a sentence without its full stop. */
export const say = (change, cells) => KINDS[change.kind].say(change, cells);

/** A function for `Trace` that makes the changes which concern a cell, one after the other. */
export function applying(changes, name, cells) {
  const concerned = changes.filter(({ cell }) => cell === undefined || cell === name);
  return (setup) => {
    for (const change of concerned) KINDS[change.kind].apply(change, setup, cells.get(name));
  };
}

/** The trace of a run that is changed and also reads nothing at one time step: it tells what that input did. */
export function erased(network, timeStep, prepare = (_setup) => {}) {
  return new Trace(network, (setup) => {
    prepare(setup);
    editInput(setup, timeStep, (row) => row.fill(0));
  });
}

/** The changes as the text of an address: fields are separated by spaces, changes by stars. */
export const writeChanges = (changes, cells) =>
  changes.map((change) => [change.kind, ...KINDS[change.kind].write(change, cells)].join(" ")).join("*");

/** The changes in the text of an address, and a sentence for every one that cannot be made; of some `kinds` alone. */
export function readChanges(text, cells, kinds = Object.keys(KINDS)) {
  const changes = [];
  const refusals = [];
  for (const part of (text || "").split("*").slice(0, MOST_CHANGES)) {
    if (!part) continue;
    const [kind, ...fields] = part.split(" ");
    const change = kinds.includes(kind) ? { kind, ...KINDS[kind].read(fields, cells) } : null;
    const problem = change ? problemOf(change, cells) : `there is no change called ${kind}`;
    if (problem) refusals.push(`The link asks for the change “${part.slice(0, 40)}”, which does not fit: ${problem}.`);
    else changes.push(change);
  }
  return { changes, refusals };
}

const MOST_CHANGES = 50;
