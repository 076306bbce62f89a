// A worker that measures networks while a person turns the dials. It is sent `data`, the networks, if they are others, and
// the `wish`: {number, at}, where the dials stand. It sends what is measured, with the number of the wish: the curves
// first, then the norms of all pairs, unless the dials were turned meanwhile.

import { Comparison } from "./comparison.js";

const MILLISECONDS_A_SLICE = 12;

/** @type {Comparison} */
let comparison;
/** @type {{ number: number, at: Record<string, number> } | null} */
let wanted = null;
let busy = false;

addEventListener("message", ({ data: { data, wish } }) => {
  if (data) comparison = new Comparison(data);
  wanted = wish;
  if (!busy) measure();
});

async function measure() {
  busy = true;
  while (wanted) {
    const { number, at } = wanted;
    wanted = null;
    const { jacobians, size, ...figures } = comparison.curves(at);
    postMessage({ number, ...figures });
    const norms = await unlessTurned(comparison.pairs(jacobians, size));
    if (norms) postMessage(norms);
  }
  busy = false;
}

/** Run a generator to its end, in slices between which messages are heard; leave it where the dials were turned. */
async function unlessTurned(work) {
  for (let end = 0; ; ) {
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await new Promise((go) => setTimeout(go));
    if (wanted) return null;
    end = performance.now() + MILLISECONDS_A_SLICE;
  }
}
