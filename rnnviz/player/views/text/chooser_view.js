// What the characters are coloured by: a quantity, and of one that units have, which unit; with the key of the colours.

import { scale } from "../../shell/controls.js";
import { assign, changes, element, refill, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";
import { PROBABILITY, SURPRISE } from "./lines.js";

export function chooserView(context) {
  const { lines, data, quantityOf, select } = context;
  const { hiddenSize } = data;
  const byUnits = (line) => line in data.cell.sizes;
  const quantities = lines.map((line) =>
    element(
      "button",
      { type: "button", "data-line": line, title: quantityOf(line).meaning, click: () => select({ line }) },
      nameOf(line),
    ),
  );
  const number = element("input", {
    type: "number",
    min: "1",
    max: hiddenSize,
    step: "1",
    "aria-label": `Unit, from 1 to ${hiddenSize}`,
    change: () => select({ unit: (number.valueAsNumber || 1) - 1 }),
  });
  const known = data.known.map((unit) => ({
    unit,
    button: element(
      "button",
      { type: "button", click: () => select({ line: unit.line, unit: unit.unit }) },
      knownInWords(unit),
    ),
  }));
  const varying = element("div", { class: "tabs" });
  const heading = element("span", {});
  const anyUnit = element(
    "div",
    { class: "units" },
    element("label", { class: "field" }, element("span", {}, `Unit, 1 to ${hiddenSize}`), number),
    element("div", { class: "field" }, heading, varying),
  );
  const key = element("div", { class: "legend" });
  const meaning = element("p", { class: "caption" });
  const other = changes();

  /** @param {string} line */
  function nameOf(line) {
    return byUnits(line) ? `${line} · ${quantityOf(line).title}` : quantityOf(line).title;
  }

  function fillVarying(line, unit) {
    const units = context.varying(line);
    write(heading, context.range ? "Vary most in the passage" : "Vary most in this text");
    refill(varying, ...units.map((one) => element("button", { type: "button" }, String(one + 1))));
    [...varying.children].forEach((button, place) => {
      if (!(button instanceof HTMLElement)) return;
      button.setAttribute("aria-pressed", String(units[place] === unit));
      button.onclick = () => select({ unit: units[place] });
    });
  }

  return {
    element: element(
      "div",
      { class: "chooser" },
      ...(known.length
        ? [
            field(
              "Units that know where they are",
              "known",
              known.map(({ button }) => button),
            ),
          ]
        : []),
      field("Colour by", "lines", quantities),
      anyUnit,
      element("div", { class: "foot" }, meaning, key),
    ),
    load() {},
    update({ line, unit }) {
      for (const button of quantities) button.setAttribute("aria-pressed", String(button.dataset.line === line));
      for (const { unit: one, button } of known)
        button.setAttribute("aria-pressed", String(one.line === line && one.unit === unit));
      anyUnit.hidden = !byUnits(line);
      assign(number, { value: unit + 1 });
      const { range, readUpTo, codes } = context;
      if (other(JSON.stringify([line, unit, range, readUpTo(), codes.length]))) {
        fillVarying(line, unit);
        key.replaceChildren(keyOf(quantityOf(line), line));
        write(meaning, aboutIn(quantityOf(line), line, unit));
      }
    },
  };
}

const field = (title, name, buttons) =>
  element(
    "div",
    { class: `field ${name}` },
    element("span", {}, title),
    element("div", { class: "tabs", role: "group", "aria-label": title }, ...buttons),
  );

const knownInWords = ({ title, line, unit, high }) =>
  high ? `${title}: ${line} ${unit + 1}` : `${title}: ${line} ${unit + 1}, low`;

/** What the colours are of, in a sentence. */
function aboutIn({ title, meaning }, line, unit) {
  if (line === SURPRISE || line === PROBABILITY) return meaning;
  return `${title} of unit ${unit + 1} after each character. ${meaning}`;
}

/** The key of the colours of a quantity, with the numbers at its ends. */
function keyOf({ scale: kind, colourRange: [low, high], bounded }, line) {
  if (line === SURPRISE) return scale("surprise", "0 bits", `${high} bits or more`);
  if (line === PROBABILITY) return scale("gate", "0 %", "100 %");
  if (kind === "gate") return scale("gate", "0", "1");
  const [least, most] = [format(low, 0), format(high, 0)];
  return bounded ? scale("signed", least, most) : scale("signed", `${least} or less`, `${most} or more`);
}
