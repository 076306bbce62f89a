// Where the parts of a cell's diagram stand, in rows and columns. A state that is carried on by signs alone runs straight
// across the top; what acts on it hangs below, as books draw it.

import { draw } from "./diagram_paths.js";

/** @import { Dataflow } from "../../engine/dataflow.js" */
/** @import { Layout } from "./diagram_paths.js" */

/**
 * Lay out the graph of a cell.
 *
 * @param {Dataflow} flow
 * @returns {Layout}
 */
export function layOut(flow) {
  const { nodeOf, rootOf, values, state } = flow;
  const owned = new Set();
  const grid = new Map(); // from an id, {column, row}
  const lanes = values
    .filter((name) => state.includes(name))
    .map((name) => laneOf(flow, name))
    .filter((lane) => lane !== null);
  for (const { path } of lanes) for (const id of path) owned.add(id);
  const laneRoots = new Set(lanes.map(({ root }) => root));
  const others = [...new Set([...state, ...values].map(rootOf))];
  let [top, column] = [0, 0]; // of the next lane, and where there is room

  /** A part with those below it that nothing above has taken: {id, depth, below, width}, in rows and columns. */
  function take(id, depth) {
    if (owned.has(id) || nodeOf(id).kind === "source") return null;
    owned.add(id);
    const below = nodeOf(id)
      .inputs.map((input) => take(input, depth + 1))
      .filter((tree) => tree !== null);
    return { id, depth, below, width: Math.max(1, sum(below.map(({ width }) => width))) };
  }

  const deepest = ({ depth, below }) => Math.max(depth, ...below.map(deepest));
  const readsLinesOnly = ({ id, below }) => !below.length && nodeOf(id).kind === "box" && fedBySources(id);
  const fedBySources = (id) => nodeOf(id).inputs.every((input) => nodeOf(input).kind === "source");

  function put(tree, left, bottom) {
    let column = left;
    for (const child of tree.below) {
      put(child, column, bottom);
      column += child.width;
    }
    const ends = [tree.below.at(0), tree.below.at(-1)].map((child) => child && grid.get(child.id).column);
    const middle = ends[0] === undefined ? left + 0.5 : (ends[0] + ends[1]) / 2;
    grid.set(tree.id, { column: middle, row: top + (readsLinesOnly(tree) ? bottom : tree.depth) });
  }

  /** Parts that stand in a row or one below the other, from a row on: each with the trees of what else it is made of. */
  function chain(ids, row, step) {
    for (const id of ids) owned.add(id);
    return ids.map((id, k) => {
      const depth = row + k * step;
      return {
        id,
        depth,
        trees: nodeOf(id)
          .inputs.map((input) => take(input, depth + 1 - step))
          .filter((tree) => tree !== null),
      };
    });
  }

  /** Lay out a lane, what hangs below it, and below its end the values that follow from it. */
  function band(lane, following) {
    const first = lane ? 1 : 0;
    const hanging = lane ? chain(lane.path, 0, 0) : [];
    const trunks = [];
    for (const root of following) if (!owned.has(root)) trunks.push(chain(trunkTo(root, lane), first, 1));
    const parts = [...hanging, ...trunks.flat()];
    const bottom = Math.max(...parts.flatMap(({ depth, trees }) => [depth, ...trees.map(deepest)]));

    const spread = (below) => {
      const from = column;
      for (const tree of below) {
        put(tree, column, bottom);
        column += tree.width;
      }
      return from;
    };
    for (const { id, trees } of hanging) {
      const from = spread(trees);
      column = Math.max(column, from + 1);
      grid.set(id, { column: (from + column) / 2, row: top });
    }
    for (const trunk of trunks) {
      for (const { trees } of trunk) spread(trees);
      for (const { id, depth } of trunk) grid.set(id, { column: column + 0.5, row: top + depth });
      column += 1;
    }
    top += bottom + 1;
  }

  const readsNoLine = ({ inputs }) => inputs.every((input) => nodeOf(input).kind !== "source");

  /** The parts from below a lane's end down to a root that follows from it; the root alone where there is no lane. */
  function trunkTo(root, lane) {
    if (!lane) return [root];
    const straight = pathTo(flow, root, lane.root, readsNoLine) ?? pathTo(flow, root, lane.root);
    return straight.slice(1);
  }

  for (const lane of lanes) {
    band(
      lane,
      others.filter((root) => !laneRoots.has(root) && pathTo(flow, root, lane.root)),
    );
  }
  const rest = others.filter((root) => !owned.has(root));
  if (rest.length) band(null, rest);
  return draw(flow, grid, lanes, top);
}

const sum = (numbers) => numbers.reduce((all, number) => all + number, 0);

/** How a state is carried on by signs alone: {state, source, path, root}, the ids from the first sign on; or null. */
function laneOf(flow, state) {
  const [root, source] = [flow.rootOf(state), `${state}'`];
  const path = pathTo(flow, root, source, ({ kind }) => kind !== "box");
  return path && { state, source, path: path.slice(1), root };
}

/** The ids from one part to another that is computed from it, both included; null where it is not. */
function pathTo(flow, to, from, through = (_node) => true) {
  if (to === from) return [to];
  const node = flow.nodeOf(to);
  if (!through(node)) return null;
  for (const input of node.inputs) {
    const path = pathTo(flow, input, from, through);
    if (path) return [...path, to];
  }
  return null;
}
