// How a symbol is drawn: what is left of a distribution, and numbers of chance that are the same on every machine. Nothing
// here touches a page.

/** @typedef {{ temperature: number, topK: number, topP: number }} Sampling `topK` 0 and `topP` 1 leave all */

/**
 * A distribution at a temperature, (V,): every probability to the power of one over it, in proportion. At 0 the most
 * probable symbol, the first of several, has all.
 *
 * @param {Float64Array} probabilities
 * @param {number} temperature
 */
export function tempered(probabilities, temperature) {
  if (temperature === 0) {
    const best = probabilities.indexOf(probabilities.reduce((most, one) => Math.max(most, one), 0));
    return probabilities.map((_, code) => Number(code === best));
  }
  const logs = probabilities.map((one) => Math.log(one) / temperature);
  const highest = logs.reduce((most, one) => Math.max(most, one), -Infinity);
  return shared(logs.map((one) => Math.exp(one - highest)));
}

/**
 * What is drawn from: the distribution at the temperature; of that the `topK` most probable symbols (Fan, Lewis & Dauphin
 * 2018); of these, in proportion, the fewest that have `topP` together (nucleus sampling, Holtzman et al. 2020). Of symbols
 * that are as probable the first are kept.
 *
 * @param {Float64Array} probabilities
 * @param {Sampling} sampling
 */
export function beforeDraw(probabilities, { temperature, topK, topP }) {
  const all = tempered(probabilities, temperature);
  const order = [...all.keys()].sort((a, b) => all[b] - all[a] || a - b);
  const few = topK > 0 ? order.slice(0, topK) : order;
  const wanted = topP * few.reduce((sum, code) => sum + all[code], 0);
  const kept = new Float64Array(all.length);
  let sum = 0;
  for (const code of few) {
    if (topP < 1 && sum >= wanted) break;
    kept[code] = all[code];
    sum += all[code];
  }
  return shared(kept);
}

/** The symbol that a number of chance from 0 up to 1 falls on, in the order of the codes. */
export function drawn(probabilities, chance) {
  let [sum, last] = [0, 0];
  for (let code = 0; code < probabilities.length; code++) {
    if (!probabilities[code]) continue;
    sum += probabilities[code];
    last = code;
    if (chance < sum) break;
  }
  return last;
}

function shared(weights) {
  const total = weights.reduce((sum, one) => sum + one, 0);
  return weights.map((one) => one / total);
}

const [SIZE, MIDDLE] = [624, 397];

/**
 * Numbers of chance from 0 up to 1 that follow from a seed: the Mersenne Twister (Matsumoto & Nishimura 1998), 53 bits of
 * two of its numbers each, as `numpy.random.RandomState(seed).random_sample()` draws them.
 */
export class Chance {
  /** @param {number} seed a whole number from 0 up to 2 to the power of 32 */
  constructor(seed) {
    this.state = new Uint32Array(SIZE);
    this.state[0] = seed;
    for (let k = 1; k < SIZE; k++) {
      const before = this.state[k - 1] ^ (this.state[k - 1] >>> 30);
      this.state[k] = Math.imul(1812433253, before) + k;
    }
    this.used = SIZE;
    /** @type {number[]} */
    this.known = [];
  }

  /** The number at a place, counted from 0. */
  at(place) {
    while (this.known.length <= place) this.known.push(((this.next() >>> 5) * 2 ** 26 + (this.next() >>> 6)) / 2 ** 53);
    return this.known[place];
  }

  next() {
    if (this.used === SIZE) this.twist();
    let y = this.state[this.used++];
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  }

  twist() {
    const { state } = this;
    for (let k = 0; k < SIZE; k++) {
      const y = (state[k] & 0x80000000) | (state[(k + 1) % SIZE] & 0x7fffffff);
      state[k] = state[(k + MIDDLE) % SIZE] ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.used = 0;
  }
}
