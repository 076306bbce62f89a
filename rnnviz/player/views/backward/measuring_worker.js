// A worker that measures networks while a person turns the dials. It is sent `data`, the networks, if they are others, and
// the `wish`: {number, at, weight}, where the dials stand and whose gradient is taken apart. It sends what is measured, with
// the number of the wish: the singular values of the network of the picture, of which its verdict is made; the curves of
// all; then, unless the dials were turned meanwhile, from how far back the weight's gradient comes, where the loss is at
// every step, and the norms of all pairs.

import { Comparison } from "./comparison.js";

const MILLISECONDS_A_SLICE = 12;

/** @type {Comparison} */
let comparison;
/** @type {{ number: number, at: Record<string, number>, weight: string } | null} */
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
    const { number, at, weight } = wanted;
    wanted = null;
    const own = comparison.own(at);
    if (own) postMessage({ number, singular: own.singular });
    postMessage({ number, ...comparison.curves(at, own) });
    if (!own) continue;
    if (comparison.data.everyStep) await tell("stepsBack", comparison.stepsBack(own.trace, weight, at.cut));
    await tell("pairs", comparison.pairs(own.jacobians, own.trace.hiddenSize));
  }
  busy = false;
}

/** Send what a generator finds by a name, unless the dials are turned meanwhile. */
async function tell(name, work) {
  const found = await unlessTurned(work);
  if (found) postMessage({ [name]: found });
}

/** Run a generator to its end, in slices between which messages are heard; leave it where the dials were turned. */
async function unlessTurned(work) {
  for (let end = 0; ; ) {
    if (wanted) return null;
    const { done, value } = work.next();
    if (done) return value;
    if (performance.now() < end) continue;
    await new Promise((go) => setTimeout(go));
    end = performance.now() + MILLISECONDS_A_SLICE;
  }
}
