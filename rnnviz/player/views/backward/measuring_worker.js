// A worker that measures networks while a person turns the dials. It is sent `data`, the networks, and `at`, where the
// dials stand; it sends what is measured: the curves first, then the norms of all pairs, unless the dials were turned
// meanwhile.

import { Comparison } from "./comparison.js";

const MILLISECONDS_A_SLICE = 12;

/** @type {Comparison} */
let comparison;
/** @type {Record<string, number> | null} */
let wanted = null;
let busy = false;

addEventListener("message", ({ data: { data, at } }) => {
  if (data) comparison = new Comparison(data);
  wanted = at;
  if (!busy) measure();
});

async function measure() {
  busy = true;
  while (wanted) {
    const { jacobians, size, ...figures } = comparison.curves(wanted);
    wanted = null;
    postMessage(figures);
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
