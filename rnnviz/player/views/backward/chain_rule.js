// Level 3 backwards: the chain rule for one unit, in symbols, with its numbers, and in words.

import { length } from "../../engine/arrays.js";
import { element, math } from "../../shell/dom.js";
import { format, symbolParts } from "../../shell/typeset.js";

const SHOWN = 4;

export function chainRuleView(context) {
  const heading = element("p", { class: "where" });
  const body = element("div", { class: "lines", role: "group", "aria-label": "The chain rule", tabindex: "0" });
  const sentence = element("p", { class: "sentence" });

  const operator = (text) => math("mo", {}, text);
  const number = (value) => math("mn", { "data-value": value }, value < 0 ? `(${format(value)})` : format(value));
  const row = (...children) => math("math", { display: "block" }, math("mrow", {}, ...children));
  const symbol = (key, unit) => {
    const { base, index } = symbolParts(key, false);
    return math("msub", {}, math("mi", {}, base), math("mtext", {}, `${index},${unit}`));
  };
  const over = (above, below) =>
    math("mfrac", {}, math("mrow", {}, operator("∂"), above), math("mrow", {}, operator("∂"), below));

  return {
    element: element("section", { class: "formula" }, heading, body, sentence),
    load() {},
    update({ timeStep, unit, line: from }) {
      const { data, pass } = context;
      const { state } = data.cell;
      const outgoing = pass.steps[timeStep].outgoing;
      const terms = state.flatMap((to) => {
        const { values, rows } = pass.jacobian(to, from, timeStep);
        const given = pass.arriving(to, timeStep);
        return Array.from({ length: rows }, (_, k) => ({ to, slope: values[k * rows + unit], gradient: given[k] }));
      });
      const largest = terms
        .filter(({ slope, gradient }) => slope && gradient)
        .sort((a, b) => Math.abs(b.slope * b.gradient) - Math.abs(a.slope * a.gradient));
      const shown = largest.slice(0, SHOWN);
      const rest = largest.slice(SHOWN).reduce((total, { slope, gradient }) => total + slope * gradient, 0);
      const result = outgoing.get(from)[unit];
      const L = math("mi", {}, "L");
      const sums = state.flatMap((to, place) => [
        ...(place ? [operator("+")] : []),
        math("munder", {}, operator("∑"), math("mi", {}, "j")),
        over(symbol(to, "j"), symbol(`${from}'`, unit + 1)),
        over(L.cloneNode(true), symbol(to, "j")),
      ]);
      const numbers = shown.flatMap(({ slope, gradient }, place) => [
        ...(place ? [operator("+")] : []),
        number(slope),
        operator("·"),
        number(gradient),
      ]);
      const more = largest.length > SHOWN ? [operator("+"), number(rest)] : [];
      const last = row(
        operator("="),
        math("mn", { "data-quantity": "outgoing_gradient", "data-unit": unit, "data-value": result }, format(result)),
      );
      last.classList.add("result");
      heading.textContent = `Unit ${unit + 1}, from step ${timeStep + 1} back, ${data.labelKind} “${data.labels[timeStep]}”`;
      body.replaceChildren(
        row(over(L, symbol(`${from}'`, unit + 1)), operator("="), ...sums),
        row(operator("="), ...(numbers.length ? numbers : [number(0)]), ...more),
        last,
      );
      const terse =
        largest.length > SHOWN ? `The last number sums up the ${largest.length - SHOWN} smaller terms. ` : "";
      sentence.textContent = terse + inWords(context, state, timeStep);
    },
  };
}

/** What the step did to the length of the gradient, over all states. */
function inWords({ pass, quantityOf }, state, t) {
  const [hidden] = state;
  const before = state.map((name) => pass.arriving(name, t));
  const [arrived, left] = [length(...before), length(...pass.steps[t].outgoing.values())];
  if (!arrived) return "No gradient arrives at this step, so none leaves it.";
  const told = length(pass.direct[t]) ? " (the loss here included)" : "";
  const name = state.length > 1 ? "the states" : `the ${quantityOf(hidden).title.toLowerCase()}`;
  const change = left < arrived ? "shrinks to" : "grows to";
  return `Over this step the gradient of ${name} ${change} ${format(left / arrived)} of its length: ${format(arrived)} arrives${told}, ${format(left)} leaves.`;
}
