// Line charts: scales, axes, paths, ticks and the marker of the shown step, for every view that draws one.

import { element, svg } from "./dom.js";

const HEIGHT = 100;

// Scales: from a value to its share of the height, 0 at the top.

/**
 * Even steps within a range; what lies beyond stands at its end.
 *
 * @param {number[]} range
 * @returns {(value: number) => number}
 */
export const linear =
  ([low, high]) =>
  (value) =>
    (high - Math.min(high, Math.max(low, value))) / (high - low);

/**
 * Powers of ten, from one exponent to another; zero and infinity have no place on it.
 *
 * @param {number[]} range
 * @returns {(value: number) => number}
 */
export const logarithmic =
  ([low, high]) =>
  (value) =>
    (high - Math.log10(value)) / (high - low);

/** The powers of ten at the two ends of an axis that shows all of these sizes. */
export function decades(sizes) {
  const drawn = sizes.filter((size) => size > 0 && size < Infinity);
  if (!drawn.length) return [-1, 1];
  const low = Math.floor(Math.log10(drawn.reduce((a, b) => Math.min(a, b))));
  const high = Math.ceil(Math.log10(drawn.reduce((a, b) => Math.max(a, b))));
  return [low, high > low ? high : low + 1];
}

/** A number at the end of an axis, with a true minus sign. */
export const plainly = (value) => String(value).replace("-", "−");

/** The range of a quantity's charts in words; where values may lie beyond it, so it is said. */
export function rangeInWords({ colourRange, bounded }) {
  const [low, high] = colourRange.map(plainly);
  return bounded ? `${low} to ${high}` : `≤ ${low} to ≥ ${high}`;
}

// Parts of a chart

/** The marker of the shown step: the stage moves all of them. */
export const stepMarker = () => element("div", { class: "marker step" });

/** The marker of the shown unit in a map of units by time steps. */
export const unitMarker = () => element("div", { class: "marker row" });

/** The texts beside an axis: pairs of a share of the height and a text. */
export const ticksAt = (pairs) =>
  pairs.map(([share, text]) => element("span", { style: `top: ${share * 100}%` }, text));

/** The texts below an axis, from left to right. */
export const endsOf = (...texts) => texts.map((text) => element("span", {}, text));

/** Something at a place of a chart, in shares of its width and height. */
export const placed = (x, y) => `left: ${x * 100}%; top: ${y * 100}%`;

/** A chart with numbers at its left and below it: {element, ticks, axis}, the latter two to be filled. */
export function framed(picture, ticks = []) {
  const [left, below] = [
    element("div", { class: "ticks" }, ...ticks),
    element("div", { class: "axis", "aria-hidden": "true" }),
  ];
  return {
    element: element("div", { class: "plot" }, left, picture, element("span", {}), below),
    ticks: left,
    axis: below,
  };
}

/** The key of a curve in a legend, drawn as the curve is; without a colour in that of its kind. */
export function keyLine({ kind, colour = /** @type {string | null} */ (null), dash }) {
  const key = svg("svg", { viewBox: "0 0 24 8", class: "key-line", "aria-hidden": "true" });
  key.append(svg("path", { class: `curve ${kind}`, d: "M0 4H24", stroke: colour, "stroke-dasharray": dash.join(" ") }));
  return key;
}

/** Paths over one another, stretched by the style sheet to the place of the chart. */
export class Plot {
  /**
   * @param kinds of the paths, from back to front: their classes
   * @param options `label`, what the chart shows, for those who cannot see it, where nothing else says it; `margin`, the
   *   share of the height that is left free at the top, and at the bottom too but for bars, for the thickness of a line;
   *   `wide`, how many units it is wide, as `load` takes it
   */
  constructor(kinds, { label = "", margin = 0, floor = margin, wide = 1 } = {}) {
    this.margin = margin;
    this.floor = floor;
    this.paths = kinds.map((kind) => path(kind));
    const seen = label ? { role: "img", "aria-label": label } : { "aria-hidden": "true" };
    this.element = svg("svg", { preserveAspectRatio: "none", ...seen }, ...this.paths);
    this.load(wide);
  }

  /** Say how many units it is wide, such as time steps. */
  load(wide) {
    this.wide = wide;
    this.element.setAttribute("viewBox", `0 0 ${wide} ${HEIGHT}`);
  }

  /** Take other paths, each of a kind and with further attributes. */
  take(kinds) {
    this.paths = kinds.map(({ kind, ...attributes }) => path(kind, attributes));
    this.element.replaceChildren(...this.paths);
  }

  height(share) {
    return (this.margin + share * (1 - this.margin - this.floor)) * HEIGHT;
  }

  /** A line through values, by default one for each time step at its middle; a gap where one has no place. */
  line(place, values, scale, across = (k) => k + 0.5) {
    const points = Array.from(values, (value, k) => [across(k), this.height(scale(value))]);
    this.trace(place, through(points));
  }

  /** What lies between two lines; nothing where there are no values. */
  area(place, lower, upper, scale, across = (k) => k + 0.5) {
    const edge = (values) => Array.from(values, (value, k) => `${across(k)} ${this.height(scale(value))}`);
    const corners = [...edge(lower), ...edge(upper).reverse()];
    this.trace(place, corners.length ? `M${corners.join("L")}Z` : "");
  }

  /** A dot at each value that there is: a line without a length, as thick as the style sheet draws it. */
  dots(place, values, scale, across = (k) => k + 0.5) {
    const dot = (value, k) => (Number.isFinite(value) ? `M${across(k)} ${this.height(scale(value))}h0` : "");
    this.trace(place, Array.from(values, dot).join(""));
  }

  /** A line across, at the place of a value. */
  rule(place, share) {
    this.trace(place, `M0 ${this.height(share)}H${this.wide}`);
  }

  /** A bar for each time step, each from one share of the height to another. */
  bars(place, ends) {
    const bar = ([from, to], t) => {
      const [start, end] = [from, to].map((share) => this.height(share));
      return `M${t + 0.15} ${start}V${end}H${t + 0.85}V${start}Z`;
    };
    this.trace(place, ends.map(bar).join(""));
  }

  clear(place) {
    this.trace(place, "");
  }

  /** Give a path its course, where it is another: the same would be drawn anew. */
  trace(place, course) {
    const path = this.paths[place];
    if (path.getAttribute("d") !== course) path.setAttribute("d", course);
  }
}

const path = (kind, attributes = {}) =>
  svg("path", { class: kind, "vector-effect": "non-scaling-stroke", ...attributes });

/** The path through points [x, y]; a single one is a line of length 1. */
function through(points) {
  const drawn = ([x, y]) => Number.isFinite(x) && Number.isFinite(y);
  if (points.length === 1 && drawn(points[0])) return `M${points[0][0] - 0.5} ${points[0][1]}h1`;
  let [path, on] = ["", false];
  for (const point of points) {
    const begun = on;
    on = drawn(point);
    if (on) path += `${begun ? "L" : "M"}${point[0]} ${point[1]}`;
  }
  return path;
}
