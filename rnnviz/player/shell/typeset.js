// How equations and numbers are written: one flat list of tokens serves the cell view and the formula alike.

import { keyOf } from "../engine/expressions.js";
import { element, math } from "./dom.js";

const PRECEDENCE = { "+": 1, "-": 1, negate: 1, "*": 2, "/": 2, "@": 2 };
export const GLYPHS = { "+": "+", "-": "−", "*": "⊙", "/": "∕", sigmoid: "σ", relu: "ReLU" };
const precedence = (expression) => PRECEDENCE[expression.function] ?? 3;

/**
 * An expression as it is read from left to right: {text} for signs and brackets, {leaf} for names, {number}, and, with
 * `products`, {product} for a whole `W @ v`. A leaf inside a product carries `whole`: all of it is met, not one row.
 */
export function tokens(expression, { products = false, whole = false } = {}) {
  const inner = (part, least) => {
    const list = tokens(part, { products, whole });
    return precedence(part) < least ? [{ text: "(" }, ...list, { text: ")" }] : list;
  };
  if (expression.number !== undefined) return [{ number: expression.number }];
  if (!expression.function) return [{ leaf: expression, whole }];
  const { function: name, arguments: parts } = expression;
  if (name === "@") {
    if (products) return [{ product: expression }];
    const vector = tokens(parts[1], { products, whole: true });
    const bare = precedence(parts[1]) === 3;
    return [...inner(parts[0], 3), ...(bare ? vector : [{ text: "(" }, ...vector, { text: ")" }])];
  }
  if (name === "negate") return [{ text: "−" }, ...inner(parts[0], 2)];
  if (name in PRECEDENCE) {
    const least = PRECEDENCE[name];
    return [...inner(parts[0], least), { text: GLYPHS[name], operator: true }, ...inner(parts[1], least + 1)];
  }
  return [{ text: `${GLYPHS[name] ?? name}(`, call: true }, ...inner(parts[0], 0), { text: ")" }];
}

/** The letter and the index of a key: `W_xf` is W with xf, `h'` is h with t−1. */
export function symbolParts(key, isWeight) {
  const [base, ...rest] = key.replace("'", "").split("_");
  const time = isWeight ? [] : [key.endsWith("'") ? "t−1" : "t"];
  return { base, index: [rest.join("_"), ...time].filter(Boolean).join(",") };
}

/** A symbol as text with an index below it. */
export function symbol(key, isWeight = false) {
  const { base, index } = symbolParts(key, isWeight);
  return element("span", { class: "symbol" }, element("i", {}, base), element("sub", {}, index));
}

/** A symbol in one line of text: cₜ₋₁. */
export const symbolText = (leaf) => {
  const { base, index } = symbolParts(keyOf(leaf), true);
  return `${base}${index && `_${index}`}${leaf.weight ? "" : leaf.previous ? "ₜ₋₁" : "ₜ"}`;
};

/** A symbol in MathML. */
export function mathSymbol(leaf) {
  const { base, index } = symbolParts(keyOf(leaf), Boolean(leaf.weight));
  return math("msub", {}, math("mi", {}, base), math("mtext", {}, index));
}

/** A number for reading: three decimals, a true minus sign, an exponent only where decimals would hide it. */
export function format(value, digits = 3) {
  const size = Math.abs(value);
  const plain = size !== 0 && (size < 0.5 * 10 ** -digits || size >= 1e5);
  return (plain ? value.toExponential(1) : value.toFixed(digits)).replace(/-/g, "−");
}

/** The size of something that may have grown beyond all numbers. */
export const sizeInWords = (size) => (Number.isFinite(size) ? format(size) : "too large for a computer's numbers");

/** A positive size in a sentence: 0.52, or 1.8·10⁻⁶. */
export function inPowers(size) {
  if (size >= 1e-3 && size < 1e4) return String(Number(size.toPrecision(3)));
  const [digits, exponent] = size.toExponential(1).split("e");
  return `${digits}·${power(Number(exponent))}`;
}

/** A power of ten in text: 10⁻³. */
export const power = (exponent) =>
  exponent === 0 ? "1" : `10${String(exponent).replace(/./g, (digit) => "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"["0123456789-".indexOf(digit)])}`;

/** A share for reading: whole per cent, and where it is nearly none or nearly all, the first digit of what is or lacks. */
export function percent(share) {
  const [given, missing] = [100 * share, 100 * (1 - share)];
  if (given > 0 && given < 1) return `${small(given)} %`;
  if (share > 0.9999 && share < 1) return "over 99.99 %";
  if (missing > 0 && missing < 1) return `${100 - Number(missing.toPrecision(1))} %`;
  return `${Math.round(given)} %`;
}

/** The same where there is little room. */
export const percentInShort = (share) => percent(share).replace("over ", ">");

/** A size under one, to its first digit: 0.2, or 2·10⁻⁵. */
function small(size) {
  const [digit, exponent] = size.toExponential(0).split("e");
  return Number(exponent) < -3 ? `${digit}·${power(Number(exponent))}` : String(Number(size.toPrecision(1)));
}
