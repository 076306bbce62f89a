// A series over time with its axes, and a grip by which a person drags a value in it: by mouse, by touch and by keys.

import { assign, changes, element } from "../../shell/dom.js";
import { endsOf, framed, linear, Plot, placed, ticksAt } from "../../shell/plots.js";

/** So many numbers stand at most beside the axis of values. */
const MOST_TICKS = 5;
/** So near to a value, in pixels, a press with the mouse takes hold of it. */
const NEAR = 20;
/** What an arrow key and a page key move a value by: so much of what the axis shows. */
const [ARROW, PAGE] = [0.01, 0.1];

/** @typedef {{ start: number, stop: number, low: number, high: number, ticks: number[] }} Frame */

/**
 * An axis of values between round numbers that holds all of some, and the round numbers on it; what is not finite is
 * left out.
 *
 * @param {Iterable<number>} values
 * @param {number} [room] how much more it shows at either end, as a share of how far they lie apart
 */
export function roundAxis(values, room = 0) {
  let [lowest, highest] = [Infinity, -Infinity];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < lowest) lowest = value;
    if (value > highest) highest = value;
  }
  if (lowest > highest) [lowest, highest] = [0, 0];
  const more = highest > lowest ? room * (highest - lowest) : Math.abs(highest) / 10 || 1;
  [lowest, highest] = [lowest - more, highest + more];
  const step = roundStep((highest - lowest) / (MOST_TICKS - 1));
  const [first, last] = [Math.floor(lowest / step), Math.ceil(highest / step)];
  const ticks = Array.from({ length: last - first + 1 }, (_, k) => Number(((first + k) * step).toPrecision(12)));
  return { low: ticks[0], high: ticks[ticks.length - 1], ticks };
}

/** The smallest of 1, 2 and 5 times a power of ten that is no smaller than this. */
function roundStep(least) {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((digit) => digit * power >= least * (1 - 1e-12)) ?? 10);
}

/** How many decimals a number needs, for differences of this size to be seen in it. */
export const decimalsFor = (difference) =>
  difference > 0 ? Math.min(WRITERS.length - 1, Math.max(0, Math.ceil(-Math.log10(difference)))) : 0;

/** What writes values with so many decimals, by their number: making one takes longer than writing with it. */
const WRITERS = Array.from(
  { length: 16 },
  (_, decimals) =>
    new Intl.NumberFormat("en", {
      minimumFractionDigits: decimals,
      maximumFractionDigits: decimals,
      signDisplay: "negative", // none before a zero
    }),
);

/** A value as it stands beside an axis and in sentences, with a true minus sign. */
export const inDigits = (value, decimals) => WRITERS[decimals].format(value).replace("-", "−");

/** A line of more values than this is drawn through the lowest and the highest of as many as fall on one pixel. */
const MOST_POINTS = 2000;

/** Values with their places, few enough to be drawn. */
function thinned(values) {
  const width = Math.ceil((2 * values.length) / MOST_POINTS);
  if (values.length <= MOST_POINTS) return { values, places: [...values.keys()] };
  const places = [];
  for (let start = 0; start < values.length; start += width) {
    let [lowest, highest] = [start, start];
    for (let k = start; k < Math.min(values.length, start + width); k++) {
      if (values[k] < values[lowest]) lowest = k;
      if (values[k] > values[highest]) highest = k;
    }
    places.push(Math.min(lowest, highest), Math.max(lowest, highest));
  }
  return { values: places.map((place) => values[place]), places };
}

/** Lines, bands and dots over the same steps, with numbers at their left and times below. */
export class SeriesChart {
  /**
   * @param {{ kind: string, colour?: string, dash?: number[] }[]} layers from back to front: the classes of each, its
   *   colour, if it is not that of its class, and its dashes
   * @param options `label`, what is drawn, for those who cannot see it; `timeOf(step)`, what a step is called;
   *   `press(step, event)`, where a person presses in it; `above`, elements that lie over it
   */
  constructor(layers, { label, timeOf, press = (_step, _event) => {}, above = /** @type {Element[]} */ ([]) }) {
    this.timeOf = timeOf;
    this.layers = layers;
    this.plot = new Plot([], { label, margin: 0.02 });
    /** @type {HTMLElement} */
    this.map = element(
      "div",
      { class: "map series-map", pointerdown: (event) => press(this.stepAt(event), event) },
      this.plot.element,
      ...above,
    );
    const { element: frame, ticks, axis } = framed(this.map);
    this.element = frame;
    this.beside = ticks;
    this.below = axis;
    this.otherTicks = changes();
    this.otherEnds = changes();
    /** @type {Frame} */
    this.frame = { start: 0, stop: 1, low: 0, high: 1, ticks: [] };
    this.scale = linear([0, 1]);
  }

  /**
   * Show the steps from `start` up to but not with `stop`, and the values from `low` to `high`; what was drawn stays as it
   * was, and is to be drawn again.
   *
   * @param {Frame} frame
   */
  show(frame) {
    if (frame === this.frame) return;
    this.frame = frame;
    const { start, stop, low, high, ticks } = frame;
    this.scale = linear([low, high]);
    this.plot.load(stop - start);
    if (this.otherTicks(ticks.join())) {
      const decimals = decimalsFor(ticks[1] - ticks[0]);
      this.plot.take([
        ...ticks.map(() => ({ kind: "zero" })),
        ...this.layers.map(({ kind, colour, dash = [] }) => ({
          kind,
          ...(colour && { stroke: colour }),
          "stroke-dasharray": dash.join(" "),
        })),
      ]);
      const inWords = (tick) => inDigits(tick, decimals);
      this.beside.replaceChildren(...ticksAt(ticks.map((tick) => [this.down(tick), inWords(tick)])));
    }
    ticks.forEach((tick, k) => {
      this.plot.rule(k, this.scale(tick));
    });
    const ends = [start, stop - 1].map(this.timeOf);
    if (this.otherEnds(ends.join("\n"))) this.below.replaceChildren(...endsOf(...ends));
  }

  /** The share of the width at which a step is, and that of the height at which a value is. */
  across(step) {
    return (step + 0.5 - this.frame.start) / (this.frame.stop - this.frame.start);
  }

  down(value) {
    return this.plot.height(this.scale(value)) / 100;
  }

  /** The step under the pointer, and the value. */
  stepAt({ clientX }) {
    const { left, width } = this.map.getBoundingClientRect();
    const { start, stop } = this.frame;
    return Math.min(stop - 1, Math.max(start, start + Math.floor(((clientX - left) / width) * (stop - start))));
  }

  valueAt({ clientY }) {
    const { top, height } = this.map.getBoundingClientRect();
    const { low, high } = this.frame;
    const share = ((clientY - top) / height - this.plot.margin) / (1 - 2 * this.plot.margin);
    return high - Math.min(1, Math.max(0, share)) * (high - low);
  }

  /** Whether a press is near a value. */
  isNear({ clientY }, value) {
    const { top, height } = this.map.getBoundingClientRect();
    return Math.abs(clientY - top - this.down(value) * height) <= NEAR;
  }

  /** The place of the path of a layer: before them stand the lines across. */
  place(layer) {
    return this.frame.ticks.length + layer;
  }

  /** Draw a layer as a line through values, the first of them at the step `from`. */
  line(layer, values, from = this.frame.start) {
    const drawn = thinned(values);
    const across = this.acrossFrom(from);
    this.plot.line(this.place(layer), drawn.values, this.scale, (k) => across(drawn.places[k]));
  }

  /** Draw a layer as what lies between two lines. */
  band(layer, lower, upper, from = this.frame.start) {
    this.plot.area(this.place(layer), lower, upper, this.scale, this.acrossFrom(from));
  }

  /** Draw a layer as dots; there is none where a value is nan. */
  dots(layer, values, from = this.frame.start) {
    this.plot.dots(this.place(layer), values, this.scale, this.acrossFrom(from));
  }

  /** Draw a layer as a line across at a value. */
  rule(layer, value) {
    this.plot.rule(this.place(layer), this.scale(value));
  }

  clear(layer) {
    this.plot.clear(this.place(layer));
  }

  acrossFrom(from) {
    return (k) => from + k - this.frame.start + 0.5;
  }
}

/**
 * What a person drags a value by. It lies over a chart: at a step, or, with no step, across all of it. It moves by the
 * arrow keys too, and to those who cannot see it it is a slider.
 */
export class Grip {
  /**
   * @param options `take(value)`, which is called with every value that it is dragged to; `chart()`, the chart it lies
   *   over; `release()`, once it is let go; `shift(by)`, to a step before or after; `restore()`, which gives it back the value that it had
   */
  constructor({ take, chart, release = () => {}, shift = (_by) => {}, restore = () => {} }) {
    this.take = take;
    this.chart = chart;
    this.shift = shift;
    this.restore = restore;
    this.value = 0;
    this.offset = 0; // of the value from the pointer that took hold of it
    this.held = false;
    /** @type {HTMLElement} */
    this.element = element("div", {
      class: "grip",
      role: "slider",
      tabindex: "0",
      "aria-orientation": "vertical",
      pointerdown: (event) => {
        event.stopPropagation();
        this.hold(event);
      },
      pointermove: (event) => this.drag(event),
      lostpointercapture: () => {
        this.held = false;
        release();
      },
      keydown: (event) => this.press(event),
    });
  }

  /**
   * Stand at a value of a step; across the whole chart where that is null.
   *
   * @param {number | null} step
   * @param {number} value
   * @param {{ label: string, words: string }} called what it is, and its value, in words
   */
  stand(step, value, { label, words }) {
    const chart = this.chart();
    const { low, high } = chart.frame;
    this.value = value;
    this.element.classList.toggle("whole", step === null);
    this.element.setAttribute("style", placed(step === null ? 0.5 : chart.across(step), chart.down(value)));
    assign(this.element, {
      ariaLabel: label,
      ariaValueText: words,
      ariaValueNow: String(value),
      ariaValueMin: String(Math.min(low, value)),
      ariaValueMax: String(Math.max(high, value)),
    });
  }

  /** Take hold of it: from here on it follows the pointer. */
  hold(event) {
    this.held = true;
    event.preventDefault(); // or the browser would begin to mark text
    this.element.focus({ preventScroll: true });
    this.element.setPointerCapture(event.pointerId);
    this.offset = this.value - this.chart().valueAt(event);
  }

  drag(event) {
    if (this.element.hasPointerCapture(event.pointerId)) this.take(this.chart().valueAt(event) + this.offset);
  }

  press(event) {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const { low, high } = this.chart().frame;
    const by = (share) => this.take(this.value + share * (high - low));
    const keys = {
      ArrowUp: () => by(ARROW),
      ArrowDown: () => by(-ARROW),
      PageUp: () => by(PAGE),
      PageDown: () => by(-PAGE),
      ArrowLeft: () => this.shift(-1),
      ArrowRight: () => this.shift(1),
      Delete: () => this.restore(),
      Backspace: () => this.restore(),
    };
    if (!Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  }
}
