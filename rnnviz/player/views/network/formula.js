// Level 3, the formula: one unit's equation in symbols, with its numbers in the same places, and in words.

import { component } from "../../engine/arrays.js";
import { keyOf, summands } from "../../engine/expressions.js";
import { element, math, write } from "../../shell/dom.js";
import { format, mathSymbol, percent, tokens } from "../../shell/typeset.js";

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

  /** A number that changes with the unit and the step: its node, kept in `slots` with how to find the number. */
  function slot(slots, attributes, find, write = bracketed) {
    const node = math("mn", attributes);
    slots.push({ node, find, write });
    return node;
  }

  function leafSlot(slots, leaf) {
    const key = keyOf(leaf);
    const find = (unit, t) => component(context.trace.at(key, t), unit);
    if (leaf.weight) return slot(slots, { "data-weight": key }, find);
    const { name, scale } = quantityOf(key);
    return slot(slots, { class: scale, "data-quantity": leaf.previous ? `previous_${name}` : name }, find);
  }

  function numbersOf(slots, expression) {
    return tokens(expression, { products: true }).map((token) => {
      if (token.text) return operator(token.text);
      if (token.number !== undefined) return math("mn", {}, String(token.number));
      if (token.leaf) return leafSlot(slots, token.leaf);
      const [matrix, vector] = token.product.arguments;
      const label = `${matrix.weight} @ ${vector.function ? "(…)" : keyOf(vector)}`;
      return slot(slots, { "data-product": label }, valueOfPart(token.product));
    });
  }

  const valueOfPart = (expression) => (unit, t) => component(context.trace.evaluate(expression, t), unit);

  /** An equation in symbols and in numbers, {rows, slots}: written once, and filled at every step. */
  function written({ target, expression, quantity }) {
    const slots = [];
    const rows = [
      row(mathSymbol({ value: target }), operator("="), ...symbolsOf(expression)),
      row(operator("="), ...numbersOf(slots, expression)),
    ];
    const inner = expression.arguments?.length === 1 ? expression.arguments[0] : {};
    const [{ text }] = tokens(expression);
    if (inner.function && text.endsWith("(")) {
      const number = slot(slots, {}, valueOfPart(inner), format);
      rows.push(row(operator("="), operator(text), number, operator(")")));
    }
    const find = (unit, t) => context.trace.at(target, t)[unit];
    const last = row(operator("="), slot(slots, { "data-quantity": quantity.name }, find, format));
    last.classList.add("result");
    return { rows: [...rows, last], slots };
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

  const equations = new Map(
    context.data.cell.equations.map((equation) => [equation.target, { equation, ...written(equation) }]),
  );
  let shown = null; // the line that stands there

  return {
    element: root,
    load() {},
    update({ timeStep, unit: chosen, line, pointed }) {
      const { trace, data } = context;
      const unit = Math.min(chosen, trace.at(line, timeStep).length - 1);
      const { equation, rows, slots } = equations.get(line);
      write(heading, `Unit ${unit + 1}, step ${timeStep + 1}, ${data.labelKind} “${data.labels[timeStep]}”`);
      for (const { node, find, write: inWords } of slots) {
        const value = find(unit, timeStep);
        Object.assign(node.dataset, { unit, value });
        write(node, inWords(value));
      }
      if (shown !== line) body.replaceChildren(...rows);
      shown = line;
      write(sentence, `${words(equation, unit, timeStep)} ${contributions(equation, unit, timeStep)}`.trim());
      write(pointer, pointed ?? "");
    },
  };
}
