// Matrices whose products over many steps neither overflow nor vanish; the twin of rnnviz/gradients/scaled.py.

import { matrix } from "./arrays.js";
import { times } from "./jacobians.js";

/** @import { Matrix } from "../shell/types.js" */

const [SMALLEST, LARGEST] = [-1022, 1023]; // exponents of two

/** A number times a power of two, however large the power. */
export function timesPower(number, exponent) {
  if (!number || exponent <= LARGEST) return number * 2 ** exponent;
  return number * 2 ** LARGEST * 2 ** (exponent - LARGEST);
}

/** A matrix as `numbers * 2 ** exponent`, its largest entry from a half to one: a product without overflow. */
export class Scaled {
  /**
   * @param {Matrix} numbers
   * @param {number} exponent
   */
  constructor(numbers, exponent = 0) {
    const { rows, columns, values } = numbers;
    let largest = 0;
    for (let k = 0; k < values.length; k++) if (!(Math.abs(values[k]) <= largest)) largest = Math.abs(values[k]);
    const power = Math.min(LARGEST, Math.max(SMALLEST, Math.floor(Math.log2(largest)) + 1));
    const factor = 2 ** -power;
    this.numbers = matrix(rows, columns);
    for (let k = 0; k < values.length; k++) this.numbers.values[k] = values[k] * factor;
    this.exponent = exponent + power;
  }

  static identity(rows, columns = rows) {
    const whole = matrix(rows, columns);
    for (let k = 0; k < Math.min(rows, columns); k++) whole.values[k * columns + k] = 1;
    return new Scaled(whole);
  }

  /** @param {Scaled} other */
  times(other) {
    return new Scaled(times(this.numbers, other.numbers), this.exponent + other.exponent);
  }

  /** The first columns, as many as there are rows. */
  get square() {
    const { rows, columns, values } = this.numbers;
    const block = matrix(rows, rows);
    for (let row = 0; row < rows; row++)
      block.values.set(values.subarray(row * columns, row * columns + rows), row * rows);
    return new Scaled(block, this.exponent);
  }
}
