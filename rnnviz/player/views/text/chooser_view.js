// What the characters are coloured by: a unit that is known to follow something, any unit of any quantity, or how what came
// surprised; with the key of the colours.

import { scale } from "../../shell/controls.js";
import { assign, changes, element, refill, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";
import { PROBABILITY, SURPRISE } from "./lines.js";
import { unitInput } from "./unit_input.js";

export function chooserView(context) {
  const { data, quantityOf, select } = context;
  const { hiddenSize, known } = data;
  const byUnits = (line) => line in data.cell.sizes;
  const isKnown = (line, unit) => known.some((one) => one.line === line && one.unit === unit);
  /** @type {boolean | null} whether a person has unfolded all units; null before they had a say */
  let unfolded = null;
  let shown = { line: "", unit: 0 };

  const toQuantity = (line) =>
    element(
      "button",
      { type: "button", "data-line": line, title: quantityOf(line).meaning, click: () => select({ line }) },
      quantityOf(line).title,
    );
  const quantities = data.cell.equations.map(({ target }) => toQuantity(target));
  const ofAnswers = [SURPRISE, PROBABILITY].map(toQuantity);
  const named = known.map((one) => ({
    one,
    button: element(
      "button",
      { type: "button", click: () => select({ line: one.line, unit: one.unit }) },
      knownInWords(one),
    ),
  }));
  const any = element("button", { type: "button", click: unfold }, "Any unit");
  const number = unitInput(context, hiddenSize);
  const varying = element("div", { class: "tabs" });
  const heading = element("span", {});
  const all = element(
    "div",
    { class: "all-units" },
    field("Quantity", quantities),
    element(
      "div",
      { class: "beside" },
      element("span", {}, "Unit"),
      element("div", { class: "units" }, number, heading, varying),
    ),
  );
  const key = element("div", { class: "legend" });
  const meaning = element("p", { class: "caption" });
  const other = changes();

  function unfold() {
    unfolded = all.hidden;
    if (!byUnits(shown.line)) select({ line: data.cell.state.at(-1) });
    else fold();
  }

  function fold() {
    unfolded ??= byUnits(shown.line) && !isKnown(shown.line, shown.unit);
    all.hidden = !unfolded;
    any.setAttribute("aria-expanded", String(!all.hidden));
  }

  function fillVarying({ line, unit }) {
    const units = context.varying(line);
    write(heading, context.range ? "or one that varies most in the passage:" : "or one that varies most here:");
    heading.hidden = !units.length;
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
      field("Colour by", [...named.map(({ button }) => button), ...ofAnswers, any]),
      all,
      element("div", { class: "foot" }, meaning, key),
    ),
    load() {},
    update(now) {
      shown = now;
      const { line, unit } = now;
      fold();
      for (const button of [...quantities, ...ofAnswers])
        button.setAttribute("aria-pressed", String(button.dataset.line === line));
      for (const { one, button } of named)
        button.setAttribute("aria-pressed", String(one.line === line && one.unit === unit));
      const another = byUnits(line) && !isKnown(line, unit);
      any.setAttribute("aria-pressed", String(another));
      write(any, another ? `Any unit: ${line} ${unit + 1}` : "Any unit");
      assign(number, { value: unit + 1 });
      const { range, readUpTo, edition } = context;
      if (other(JSON.stringify([line, unit, range, readUpTo(), edition]))) {
        fillVarying(now);
        key.replaceChildren(keyOf(quantityOf(line), line));
        write(meaning, aboutIn(quantityOf(line), line, unit));
      }
    },
  };
}

const field = (title, buttons) =>
  element(
    "div",
    { class: "beside" },
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
