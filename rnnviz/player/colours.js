// From a number to its colour: the two scales of the visual language, over ranges that the server's notation gives.

const SHADES = 128;

const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));

function ramp(from, to) {
  const [a, b] = [channels(from), channels(to)];
  return Array.from({ length: SHADES + 1 }, (_, k) => a.map((start, c) => Math.round(start + ((b[c] - start) * k) / SHADES)));
}

/** The colours of one theme; `of(quantity)` gives its scale: value -> {rgb, css}. */
export class Colours {
  constructor(palette) {
    this.palette = palette;
    const finish = (shades) => shades.map((rgb) => ({ rgb, css: `rgb(${rgb.join(" ")})` }));
    this.positive = finish(ramp(palette.zero, palette.positive));
    this.negative = finish(ramp(palette.zero, palette.negative));
    this.gate = finish(ramp(palette.zero, palette.gate));
  }

  of({ scale, colourRange: [, end] }) {
    const shade = (share) => Math.round(Math.min(1, share) * SHADES);
    if (scale === "gate") return (value) => this.gate[shade(Math.max(0, value) / end)];
    return (value) => (value < 0 ? this.negative[shade(-value / end)] : this.positive[shade(value / end)]);
  }
}
