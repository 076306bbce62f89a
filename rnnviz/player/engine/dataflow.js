// A cell as a graph of what is computed from what, read off its equations: the picture that books draw of it.

import { keyOf, summands } from "./expressions.js";

/** @import { Cell, Expression } from "../shell/types.js" */

/**
 * A place where something is computed, or a source.
 *
 * @typedef {object} Node
 * @property {string} id
 * @property {"source" | "box" | "sign"} kind a box multiplies whole vectors with weights, or bends; a sign works unit by unit
 * @property {string} label what is done: the name of a function, "W" for weights alone
 * @property {Operand[]} operands what a sign works with, from left to right; none of a box
 * @property {string} line the equation it belongs to; of a source, none
 * @property {string} name the value it is, if it has a name
 * @property {Expression} expression
 * @property {string[]} inputs the ids of what it is computed from, each once
 * @property {Record<string, string[]>} weights by which weights a box multiplies an input, by its id: one for each time
 *   that it adds it, "" where it adds it as it is
 */

/** @typedef {{ id?: string, constant?: string }} Operand the id of an input, or a number or a weight as it is called */

/**
 * @typedef {object} Dataflow
 * @property {Node[]} nodes in the order in which they are computed
 * @property {(id: string) => Node} nodeOf
 * @property {(name: string) => string} rootOf from a value of the equations, the id of its node
 * @property {string[]} values their names, in order
 * @property {string[]} state the names of the states
 */

const isWeight = ({ weight }) => weight !== undefined;
const isConstant = (expression) => isWeight(expression) || expression.number !== undefined;
const isProduct = ({ function: name }) => name === "@";
const isDiagonal = ({ function: name, arguments: parts = [] }) => name === "*" && parts.some(isWeight);

/**
 * The graph of a cell.
 *
 * @param {Cell} cell
 * @returns {Dataflow}
 */
export function dataflow({ equations, state }) {
  /** @type {Map<string, Node>} */
  const nodes = new Map();
  const roots = new Map();
  let line = "";

  /**
   * @param {"box" | "sign"} kind
   * @param {string} label
   * @param {Expression} expression
   * @param {{ inputs: string[], weights?: Record<string, string[]>, operands?: Operand[] }} more
   */
  function add(kind, label, expression, more) {
    const { inputs, weights = {}, operands = [] } = more;
    const id = `${line}:${nodes.size}`;
    nodes.set(id, { id, kind, label, operands, line, name: "", expression, inputs: [...new Set(inputs)], weights });
    return id;
  }

  /** What bends a weighted sum, or the sum alone: each vector in it meets a weight, its other terms come as they are. */
  function addBox(label, expression, sum) {
    const met = summands(sum)
      .filter((term) => !isConstant(term))
      .map((term) => {
        if (!isProduct(term) && !isDiagonal(term)) return [build(term), ""];
        const [{ weight }, other] = term.arguments.toSorted((a, b) => Number(isWeight(b)) - Number(isWeight(a)));
        return [build(other), weight];
      });
    const weights = Object.fromEntries(
      met.map(([id]) => [id, met.filter(([one]) => one === id).map(([, name]) => name)]),
    );
    return add("box", label, expression, { inputs: met.map(([id]) => id), weights });
  }

  function addSign(label, expression, parts) {
    const operands = parts.map((part) =>
      isConstant(part) ? { constant: String(part.number ?? part.weight) } : { id: build(part) },
    );
    return add("sign", label, expression, { inputs: operands.flatMap((operand) => operand.id ?? []), operands });
  }

  function source(expression) {
    const id = keyOf(expression);
    if (!nodes.has(id)) {
      nodes.set(id, {
        id,
        kind: "source",
        label: id,
        operands: [],
        line: "",
        name: id,
        expression,
        inputs: [],
        weights: {},
      });
    }
    return id;
  }

  function build(expression) {
    const { function: name, arguments: parts, value, previous } = expression;
    if (value !== undefined) return previous || !roots.has(value) ? source(expression) : roots.get(value);
    if (!name) return addSign("", expression, [expression]);
    if (name === "@" || (name === "+" && summands(expression).every((term) => isProduct(term) || isConstant(term)))) {
      return addBox("W", expression, expression);
    }
    if (parts.length === 1 && name !== "negate") return addBox(name, expression, parts[0]);
    return addSign(name, expression, name === "+" ? summands(expression) : parts);
  }

  /** @returns {Node} */
  function nodeOf(id) {
    const node = nodes.get(id);
    if (!node) throw new Error(`no part of the cell is called ${id}`);
    return node;
  }

  for (const { target, expression } of equations) {
    line = target;
    let id = build(expression);
    if (nodeOf(id).name) id = add("sign", "=", expression, { inputs: [id], operands: [{ id }] });
    nodeOf(id).name = target;
    roots.set(target, id);
  }
  return {
    nodes: [...nodes.values()],
    nodeOf,
    rootOf: (name) => roots.get(name) ?? "",
    values: [...roots.keys()],
    state,
  };
}
