// From a number to its colour: the two scales of the visual language, over ranges that the server's notation gives.

const SHADES = 128;

const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));

/** One opaque pixel as a canvas keeps it: a little-endian word of red, green, blue and alpha. */
/** @param {number[]} channels */
const word = ([red, green, blue]) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

function ramp(from, to) {
  const [a, b] = [channels(from), channels(to)];
  const shade = (k) => a.map((start, c) => Math.round(start + ((b[c] - start) * k) / SHADES));
  return Uint32Array.from({ length: SHADES + 1 }, (_, k) => word(shade(k)));
}

/** The share of a logarithmic scale that a size takes: none up to its floor, all from its end on. */
const decades = (size, floor, end) => Math.max(0, Math.log(size / floor) / Math.log(end / floor));

/** The colours of one theme; `of(quantity)` gives its scale: value -> word. */
export class Colours {
  constructor(palette) {
    const { zero, positive, negative, gate } = palette;
    this.palette = palette;
    this.positive = ramp(zero, positive);
    this.negative = ramp(zero, negative);
    this.gate = ramp(zero, gate);
  }

  of({ scale, colourRange: [, end], floor }) {
    const shade = (share) => Math.round(Math.min(1, share) * SHADES);
    if (scale === "gate") return (value) => this.gate[shade(Math.max(0, value) / end)];
    if (scale === "surprise") return (value) => this.negative[shade(Math.max(0, value) / end)];
    if (scale === "log") {
      return (value) => (value < 0 ? this.negative : this.positive)[shade(decades(Math.abs(value), floor, end))];
    }
    return (value) => (value < 0 ? this.negative[shade(-value / end)] : this.positive[shade(value / end)]);
  }
}
