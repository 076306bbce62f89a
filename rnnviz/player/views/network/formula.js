// Level 3, the formula: one unit's equation in symbols, with its numbers in the same places, and in words.

import { component } from "../../engine/arrays.js";
import { keyOf } from "../../engine/expressions.js";
import { element, math } from "../../shell/dom.js";
import { format, mathSymbol, percent, summands, tokens } from "../../shell/typeset.js";

export function formulaView(context) {
  const { quantityOf } = context;
  const heading = element("p", { class: "where" });
  const body = element("div", { class: "lines", role: "group", "aria-label": "The formula", tabindex: "0" });
  const sentence = element("p", { class: "sentence" });
  const pointer = element("p", { class: "pointer" });
  const root = element("section", { class: "formula" }, heading, body, sentence, pointer);

  // For one unit, element by element is plain multiplication.
  const operator = (text) =>
    /[()]$/.test(text)
      ? math("mo", { class: "bracket", stretchy: "false" }, text)
      : math("mo", {}, text.replace("⊙", "·"));

  function symbolsOf(expression) {
    return tokens(expression).map((token) => {
      if (token.text) return operator(token.text);
      return token.leaf ? mathSymbol(token.leaf) : math("mn", {}, String(token.number));
    });
  }

  function numberOf(leaf, unit, t) {
    const key = keyOf(leaf);
    const value = component(context.trace.at(key, t), unit);
    if (leaf.weight)
      return math("mn", { "data-weight": key, "data-unit": unit, "data-value": value }, bracketed(value));
    const name = quantityOf(key).name;
    return math(
      "mn",
      {
        class: quantityOf(key).scale,
        "data-quantity": leaf.previous ? `previous_${name}` : name,
        "data-unit": unit,
        "data-value": value,
      },
      bracketed(value),
    );
  }

  function numbersOf(expression, unit, t) {
    return tokens(expression, { products: true }).map((token) => {
      if (token.text) return operator(token.text);
      if (token.number !== undefined) return math("mn", {}, String(token.number));
      if (token.leaf) return numberOf(token.leaf, unit, t);
      const [matrix, vector] = token.product.arguments;
      const value = component(context.trace.evaluate(token.product, t), unit);
      const label = `${matrix.weight} @ ${vector.function ? "(…)" : keyOf(vector)}`;
      return math("mn", { "data-product": label, "data-unit": unit, "data-value": value }, bracketed(value));
    });
  }

  const bracketed = (value) => (value < 0 ? `(${format(value)})` : format(value));
  const row = (...children) => math("math", { display: "block" }, math("mrow", {}, ...children));

  /** What the gates of an equation and its result say, in words computed from the values. */
  function words({ target, expression, quantity }, unit, t) {
    const fill = (reading, value) =>
      reading
        .replaceAll("{percent}", percent(value))
        .replaceAll("{value}", format(value))
        .replaceAll("{unit}", String(unit + 1));
    const gates = tokens(expression, { products: true })
      .filter(({ leaf }) => leaf?.value && !leaf.previous && quantityOf(leaf.value).scale === "gate")
      .map(({ leaf }) => leaf.value);
    return [...new Set([...gates, target])]
      .map((name) =>
        fill(name === target ? quantity.reading : quantityOf(name).reading, context.trace.at(name, t)[unit]),
      )
      .join(" ");
  }

  /** What each term of the sum under an activation adds: where a gate's value comes from. */
  function contributions({ expression }, unit, t) {
    const terms = expression.arguments?.length === 1 ? summands(expression.arguments[0]) : [];
    if (terms.length < 2) return "";
    const parts = terms.map((term) => `${sourceOf(term)} ${format(component(context.trace.evaluate(term, t), unit))}`);
    return `In the sum: ${parts.join(", ")}.`;
  }

  function sourceOf(term) {
    if (term.weight) return "bias";
    const vector = term.function === "@" ? term.arguments[1] : {};
    if (!vector.value) return "the rest";
    return vector.value === context.data.cell.input
      ? "input"
      : `${vector.previous ? "previous " : ""}${quantityOf(vector.value).title.toLowerCase()}`;
  }

  return {
    element: root,
    load() {},
    update({ timeStep, unit: chosen, line, pointed }) {
      const { trace, data } = context;
      const unit = Math.min(chosen, trace.at(line, timeStep).length - 1);
      const equation = data.cell.equations.find(({ target }) => target === line);
      const { target, expression, quantity } = equation;
      const value = trace.at(target, timeStep)[unit];
      heading.textContent = `Unit ${unit + 1}, step ${timeStep + 1}, ${data.labelKind} “${data.labels[timeStep]}”`;
      const lines = [
        row(mathSymbol({ value: target }), operator("="), ...symbolsOf(expression)),
        row(operator("="), ...numbersOf(expression, unit, timeStep)),
      ];
      if (expression.arguments?.length === 1 && expression.arguments[0].function) {
        const inner = component(context.trace.evaluate(expression.arguments[0], timeStep), unit);
        const [{ text }] = tokens(expression);
        if (text.endsWith("("))
          lines.push(row(operator("="), operator(text), math("mn", {}, format(inner)), operator(")")));
      }
      const result = math(
        "mn",
        { "data-quantity": quantity.name, "data-unit": unit, "data-value": value },
        format(value),
      );
      const last = row(operator("="), result);
      last.classList.add("result");
      body.replaceChildren(...lines, last);
      sentence.textContent = `${words(equation, unit, timeStep)} ${contributions(equation, unit, timeStep)}`.trim();
      pointer.textContent = pointed ?? "";
    },
  };
}
