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
 * @property {string[]} constants the numbers and the weights that a sign works with, as they are called
 * @property {string} line the equation it belongs to; of a source, none
 * @property {string} name the value it is, if it has a name
 * @property {Expression} expression
 * @property {string[]} inputs the ids of what it is computed from, each once
 * @property {Record<string, string>} weights by which weight an input is multiplied first, by its id
 */

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

  /** @param {[string, string][]} met the ids of its inputs, each with the weight that it is multiplied by, or "" */
  function add(kind, label, expression, met, constants = []) {
    const id = `${line}:${nodes.size}`;
    const inputs = [...new Set(met.map(([input]) => input))];
    const weights = Object.fromEntries(met.filter(([, weight]) => weight));
    nodes.set(id, { id, kind, label, constants, line, name: "", expression, inputs, weights });
    return id;
  }

  function source(expression) {
    const id = keyOf(expression);
    if (!nodes.has(id)) {
      nodes.set(id, {
        id,
        kind: "source",
        label: id,
        constants: [],
        line: "",
        name: id,
        expression,
        inputs: [],
        weights: {},
      });
    }
    return id;
  }

  /** What a weighted sum is computed from: the vectors that meet weights, and its other terms. */
  const met = (sum) =>
    summands(sum)
      .filter((term) => !isConstant(term))
      .map((term) => {
        if (!isProduct(term) && !isDiagonal(term)) return unweighted(term);
        const [{ weight }, other] = term.arguments.toSorted((a, b) => Number(isWeight(b)) - Number(isWeight(a)));
        return [build(other), weight];
      });

  const unweighted = (expression) => [build(expression), ""];

  function build(expression) {
    const { function: name, arguments: parts, value, previous } = expression;
    if (value !== undefined) return previous || !roots.has(value) ? source(expression) : roots.get(value);
    if (!name) return add("sign", "", expression, [], [expression]);
    if (name === "@" || (name === "+" && summands(expression).every((term) => isProduct(term) || isConstant(term)))) {
      return add("box", "W", expression, met(expression));
    }
    if (parts.length === 1 && name !== "negate") return add("box", name, expression, met(parts[0]));
    const operands = name === "+" ? summands(expression) : parts;
    const [constants, others] = [operands.filter(isConstant), operands.filter((part) => !isConstant(part))];
    return add("sign", name, expression, others.map(unweighted), constants);
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
    if (nodeOf(id).name) id = add("sign", "=", expression, [[id, ""]]);
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
