// How long a state is held, from the shares of it that each step keeps; the twin of rnnviz/analysis/dynamics.py.

/**
 * Steps until the product of the shares that follow a step has fallen to one half, for every step and unit; Infinity
 * where the sequence ends before.
 *
 * @param shares one vector a time step: the share of the previous state that it keeps
 */
export function halfLives(shares) {
  return shares.map((vector, t) => vector.map((_, unit) => halfLife(shares, t, unit)));
}

function halfLife(shares, t, unit) {
  let product = 1;
  for (let n = 1; t + n < shares.length; n++) {
    const next = product * shares[t + n][unit];
    if (next <= 0.5) return n - 1 + (next > 0 ? Math.log(product / 0.5) / Math.log(product / next) : 0);
    product = next;
  }
  return Infinity;
}

/** One half-life for each unit: that of the geometric mean of its shares, the first step left out. */
export function meanHalfLives(shares) {
  const later = shares.slice(1);
  return shares[0].map((_, unit) => {
    const rate = later.reduce((sum, vector) => sum - Math.log(vector[unit]), 0) / later.length;
    return later.length ? Math.LN2 / rate : Infinity;
  });
}
