// How the parts of a cell's diagram are joined, in pixels: wires between parts, and the lines below on which whole vectors
// come in.

/** @import { Dataflow } from "../../engine/dataflow.js" */

const [COLUMN, ROW, LINE] = [104, 66, 34];
const [LEFT, TOP, RIGHT] = [64, 40, 64];
/** Half the width and half the height of a part, by its kind. */
export const HALF = { box: { x: 28, y: 19 }, sign: { x: 16, y: 16 }, source: { x: 0, y: 0 } };
/** So wide is the name of the weight beside a line. */
const NAMED = 34;
/** Where lines enter a part from below, and how far beside it they pass what stands in the way. */
const [PORTS, DETOURS] = [
  [-19, 19, -10, 10],
  [-37, 37, -43, 43, -52, 52],
];

/**
 * @typedef {object} Layout in pixels of its own
 * @property {number} width
 * @property {number} height
 * @property {Map<string, { x: number, y: number }>} places of the parts, by their ids
 * @property {{ from: string, to: string, path: string }[]} wires what one number travels on
 * @property {{ source: string, y: number, path: string, taps: { to: string, x: number, path: string }[] }[]} lines what whole vectors
 *   travel on, and where they are tapped
 * @property {{ state: string, from: string, path: string, x: number, y: number }[]} outputs
 * @property {{ source: string, x: number, y: number }[]} inputs the states that come in at the left of the picture
 */

/**
 * Draw a cell's parts where they stand.
 *
 * @param {Dataflow} flow
 * @param grid from the id of a part, its {column, row}
 * @param lanes the states that are carried on by signs alone: {state, source, path, root}
 * @param rows how many rows there are
 * @returns {Layout}
 */
export function draw({ nodes, nodeOf, rootOf, state }, grid, lanes, rows) {
  const places = new Map(
    [...grid].map(([id, { column, row }]) => [id, { x: LEFT + column * COLUMN, y: TOP + row * ROW }]),
  );
  /** @returns {{ x: number, y: number }} */
  const placeOf = (id) => places.get(id) ?? { x: LEFT, y: TOP };
  const half = (id) => HALF[nodeOf(id).kind];
  const columns = Math.max(...[...grid.values()].map(({ column }) => column + 0.5));
  const right = LEFT + columns * COLUMN;
  const rootIds = new Set(state.map(rootOf));
  const wires = [];
  const taps = new Map(); // from a source, what reads it from its line

  const inputs = lanes.map(({ source, path }) => ({ source, x: LEFT, y: placeOf(path[0]).y }));
  for (const { source, path } of lanes) {
    [source, ...path].forEach((from, k) => {
      const to = path[k];
      if (!to) return;
      const start = k === 0 ? LEFT : placeOf(from).x + half(from).x;
      const { x, y } = placeOf(to);
      wires.push({ from, to, path: `M${start} ${y}H${x - half(to).x}` });
    });
  }

  /** @type {{ x: number, from: number }[]} */
  const uprights = []; // what goes up or down by itself, and from which height

  /** Whether nothing but a part itself stands in the way from a height to it. */
  function isFree(x, id, from) {
    const { y } = placeOf(id);
    const [high, low] = [Math.min(y, from), Math.max(y, from)];
    return ![...places].some(
      ([other, place]) => other !== id && place.y > high && place.y < low && Math.abs(place.x - x) < half(other).x,
    );
  }

  /** From a height straight to a part, or past what stands in the way and in from the side: {x, path}. */
  function upright(id, from, offsets) {
    const { x: middle, y } = placeOf(id);
    const { x: wide, y: high } = half(id);
    const ways = offsets.map((offset) => middle + offset * (Math.abs(offset) < HALF.box.x ? wide / HALF.box.x : 1));
    const near = (way, other) => Math.abs(way - other.x) < (other.from === from ? NAMED : 1);
    const x = ways.find((way) => isFree(way, id, from) && !uprights.some((other) => near(way, other))) ?? ways[0];
    uprights.push({ x, from });
    const away = x - middle;
    if (Math.abs(away) >= wide) return { x, path: `M${x} ${from}V${y}H${middle + Math.sign(away) * wide}` };
    const edge = nodeOf(id).kind === "box" ? high : Math.sqrt(high * high - away * away);
    return { x, path: `M${x} ${from}V${y + Math.sign(from - y) * edge}` };
  }

  const onLane = new Set(wires.map(({ from, to }) => `${from} ${to}`));
  for (const { id, inputs: read } of nodes) {
    const below = read.filter((from) => nodeOf(from).kind !== "source" && placeOf(from).y > placeOf(id).y);
    for (const from of read) {
      if (onLane.has(`${from} ${id}`)) continue;
      if (nodeOf(from).kind === "source") taps.set(from, [...(taps.get(from) ?? []), id]);
      else wires.push({ from, to: id, path: wire(from, id, below.length > 1) });
    }
  }

  function wire(from, to, several) {
    const [a, b] = [placeOf(from), placeOf(to)];
    if (a.y === b.y && a.x < b.x) return `M${a.x + half(from).x} ${a.y}H${b.x - half(to).x}`;
    if (a.y < b.y && a.x < b.x && rootIds.has(from)) {
      return upright(to, a.y, [0, ...DETOURS]).path; // off the way out
    }
    const up = a.y > b.y;
    const port = b.x + (several ? Math.sign(a.x - b.x) * half(to).x * 0.45 : 0);
    const start = a.y + (up ? -half(from).y : half(from).y);
    const end = b.y + (up ? half(to).y : -half(to).y) * (several && nodeOf(to).kind === "sign" ? 0.88 : 1);
    const turn = up ? Math.min(start, b.y + ROW * 0.62) : Math.max(start, b.y - ROW * 0.62);
    const mid = (turn + end) / 2;
    return `M${a.x} ${start}V${turn}C${a.x} ${mid} ${port} ${mid} ${port} ${end}`;
  }

  const floor = TOP + rows * ROW - ROW / 2;
  const read = [...taps.keys()].sort((a, b) => Number(a === "x") - Number(b === "x"));
  const lines = read.map((source, k) => {
    const y = floor + (k + 0.6) * LINE;
    const found = taps.get(source).map((to) => ({ to, ...upright(to, y, [...PORTS, ...DETOURS]) }));
    return { source, y, path: `M${LEFT} ${y}H${Math.max(...found.map(({ x }) => x))}`, taps: found };
  });

  const outputs = state.map((name) => {
    const from = rootOf(name);
    const { x, y } = placeOf(from);
    return { state: name, from, path: `M${x + half(from).x} ${y}H${right + RIGHT / 2}`, x: right + RIGHT / 2, y };
  });
  return { width: right + RIGHT, height: floor + (lines.length + 0.5) * LINE, places, wires, lines, outputs, inputs };
}
