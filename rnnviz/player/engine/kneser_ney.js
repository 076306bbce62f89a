// The n-gram beside a network that writes: the twin of rnnviz/tasks/kneser_ney.py, made from the same file. Nothing here
// touches a page.

const USUAL_DISCOUNTS = [0.5, 1, 1.5];

/**
 * What is known of the n-grams of one length, rising: `ngrams` are numbers whose digits to a base are symbols, the one that
 * is predicted last; without it a number is a context.
 */
class Order {
  /**
   * @param {number} base
   * @param {Float64Array} ngrams
   * @param {Float64Array} counts how often each was seen; below the highest order, after how many different symbols
   */
  constructor(base, ngrams, counts) {
    this.base = base;
    this.ngrams = ngrams;
    const contexts = ngrams.map((ngram) => Math.floor(ngram / base));
    this.starts = startsOf(contexts);
    this.contexts = this.starts.map((at) => contexts[at]);
    this.shares = new Float64Array(ngrams.length);
    this.rests = new Float64Array(this.starts.length);
    const discounts = discountsOf(counts);
    for (let context = 0; context < this.starts.length; context++) {
      const [start, end] = [this.starts[context], this.endOf(context)];
      let total = 0;
      for (let at = start; at < end; at++) total += counts[at];
      let own = 0;
      for (let at = start; at < end; at++) {
        this.shares[at] = (counts[at] - discounts[Math.min(counts[at], 3) - 1]) / total;
        own += this.shares[at];
      }
      this.rests[context] = 1 - own;
    }
  }

  endOf(context) {
    return context + 1 < this.starts.length ? this.starts[context + 1] : this.ngrams.length;
  }

  /** Turn the probabilities of the order below into those of this one, after a context. */
  refine(probabilities, context) {
    const place = placeOf(this.contexts, context);
    if (place < 0) return;
    const rest = this.rests[place];
    for (let code = 0; code < probabilities.length; code++) probabilities[code] *= rest;
    for (let at = this.starts[place]; at < this.endOf(place); at++)
      probabilities[this.ngrams[at] % this.base] += this.shares[at];
  }
}

/** An n-gram with interpolated Kneser-Ney smoothing. */
export class KneserNey {
  /**
   * @param {{ steps: Iterable<number>, counts: Iterable<number> }} arrays the bytes of its file
   * @param {number} vocabularySize
   * @param {number} order
   */
  constructor({ steps, counts }, vocabularySize, order) {
    const base = vocabularySize + 1;
    this.vocabularySize = vocabularySize;
    let last = 0;
    const ngrams = unpacked(steps).map((step) => (last += step));
    this.orders = [new Order(base, ngrams, unpacked(counts))];
    for (let length = order - 1; length > 0; length--) {
      const shorter = counted(this.orders[0].ngrams.map((ngram) => ngram % base ** length));
      this.orders.unshift(new Order(base, shorter.ngrams, shorter.counts));
    }
  }

  /** How probable each symbol is after some codes, of which the last few count. */
  probabilities(codes) {
    const probabilities = new Float64Array(this.vocabularySize).fill(1 / this.vocabularySize);
    let [context, digit] = [0, 1];
    for (const [length, order] of this.orders.entries()) {
      if (length > codes.length) break;
      if (length) {
        context += codes[codes.length - length] * digit;
        digit *= order.base;
      }
      order.refine(probabilities, context);
    }
    return probabilities;
  }
}

/** Where each of the numbers that stand together begins. */
function startsOf(numbers) {
  const starts = [];
  for (let at = 0; at < numbers.length; at++) if (!at || numbers[at] !== numbers[at - 1]) starts.push(at);
  return Float64Array.from(starts);
}

/** What is taken off a count of one, of two and of more: equation 26 of Chen & Goodman 1998. */
function discountsOf(counts) {
  const having = [0, 0, 0, 0, 0, 0];
  for (const count of counts) having[Math.min(count, 5)]++;
  const share = having[1] / (having[1] + 2 * having[2]);
  return USUAL_DISCOUNTS.map((usual, place) => {
    const count = place + 1;
    const value = count - ((count + 1) * share * having[count + 1]) / having[count];
    return having[1] && value > 0 ? value : usual;
  });
}

/** Numbers once each, rising, and how often each was there. */
function counted(numbers) {
  numbers.sort();
  const starts = startsOf(numbers);
  return {
    ngrams: starts.map((at) => numbers[at]),
    counts: starts.map((at, place) => (place + 1 < starts.length ? starts[place + 1] : numbers.length) - at),
  };
}

/** Where a number is among rising ones; -1 where it is not. */
function placeOf(rising, wanted) {
  let [low, high] = [0, rising.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (rising[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return rising[low] === wanted ? low : -1;
}

/** Whole numbers from their bytes: LEB128, the twin of rnnviz/tasks/leb128.py. */
function unpacked(bytes) {
  const numbers = [];
  let [number, weight] = [0, 1];
  for (const byte of bytes) {
    number += (byte & 127) * weight;
    weight *= 128;
    if (byte > 127) continue;
    numbers.push(number);
    [number, weight] = [0, 1];
  }
  return Float64Array.from(numbers);
}
