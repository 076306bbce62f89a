// Text on a colour: written in the ink that can be read there.

/** Contrast that text of this size needs (WCAG 2.2, 1.4.3). */
const ENOUGH = 4.5;

const linear = (channel) => (channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4);

/**
 * How bright a colour is, from red, green and blue of 0 to 255: its relative luminance, 0 to 1.
 *
 * @param {number[]} channels
 */
const luminance = ([red, green, blue]) =>
  0.2126 * linear(red / 255) + 0.7152 * linear(green / 255) + 0.0722 * linear(blue / 255);

const contrast = (one, other) => (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);

/** What is written on the colours of one palette; a colour is a word as those of colours.js. */
export class Ink {
  constructor({ ink }) {
    const channels = (hex) => [1, 3, 5].map((start) => parseInt(hex.slice(start, start + 2), 16));
    this.inks = [ink, "#ffffff", "#000000"].map((colour) => ({ colour, bright: luminance(channels(colour)) }));
    /** @type {Map<number, [string, string]>} */
    this.known = new Map();
  }

  /** A colour and the ink on it, for the style sheet: the palette's where it can be read, else white or black. */
  on(word) {
    const known = this.known.get(word);
    if (known) return known;
    const channels = [word & 255, (word >> 8) & 255, (word >> 16) & 255];
    const bright = luminance(channels);
    const reads = ({ bright: other }) => contrast(bright, other);
    const best = this.inks.find((one) => reads(one) >= ENOUGH) ?? this.inks.toSorted((a, b) => reads(b) - reads(a))[0];
    /** @type {[string, string]} */
    const pair = [`rgb(${channels.join(" ")})`, best.colour];
    this.known.set(word, pair);
    return pair;
  }
}
