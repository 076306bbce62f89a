// A row of columns, one for each time step, that scrolls so that the shown one is in the middle.

import { element } from "./dom.js";

// All states are one picture; of the pixels a time step is wide, those at its sides stay clear.
const [PIXELS, CLEAR] = [10, 2];

/** Keep the middle of one of `count` even parts of what scrolls in sight: a function of the part. */
export function centring(scroller, count) {
  /** @type {{ whole: number, seen: number } | null} */
  let sizes = null; // measured when they change, for to ask in between would have everything laid out at once
  let shown = null;
  scroller.dataset.follows = "steps"; // so that keys step here, where they would scroll: see keys.js
  const observer = new ResizeObserver(() => {
    sizes = { whole: scroller.scrollWidth, seen: scroller.clientWidth };
    scroll();
  });
  observer.observe(scroller);
  for (const child of scroller.children) observer.observe(child);

  function scroll() {
    if (shown === null || sizes === null || sizes.whole <= sizes.seen) return;
    scroller.scrollLeft = ((shown + 0.5) / count()) * sizes.whole - sizes.seen / 2;
  }
  return (part) => {
    if (part === shown) return;
    shown = part;
    requestAnimationFrame(scroll); // at the end of the frame, when the layout is being made anyway
  };
}

export class Track {
  /**
   * @param label what the columns show, for those who cannot see it
   * @param options `kind`, a further class; `layers`, what lies over the columns; `column(t)`, the parts of a new column
   *   with its `node`; `fill(parts, t)` puts the numbers into them, and they stay while there are as many steps
   */
  constructor(label, { kind = "", layers = /** @type {Element[]} */ ([]), column, fill = (_parts, _t) => {} }) {
    this.column = column;
    this.fill = fill;
    this.layers = layers;
    /** @type {any[]} */
    this.columns = [];
    this.frame = element("div", { class: "frame" });
    this.track = element("div", { class: `track ${kind}` }, this.frame, ...layers);
    this.element = element("div", { class: "strip", role: "group", tabindex: "0", "aria-label": label }, this.track);
    this.centre = centring(this.element, () => this.columns.length);
  }

  load(steps) {
    if (this.columns.length !== steps) {
      this.columns = Array.from({ length: steps }, (_, t) => this.column(t));
      this.track.replaceChildren(this.frame, ...this.layers, ...this.columns.map(({ node }) => node));
    }
    this.columns.forEach(this.fill);
  }
}

/** The raster of a track: in each column the units of a vector, one above the other, as the word `wordAt(t, unit)`. */
export function drawColumns(raster, units, steps, wordAt) {
  raster.draw(units, steps * PIXELS, (row, pixel) => {
    const place = pixel % PIXELS;
    return place < CLEAR || place >= PIXELS - CLEAR ? 0 : wordAt(Math.floor(pixel / PIXELS), row);
  });
}
