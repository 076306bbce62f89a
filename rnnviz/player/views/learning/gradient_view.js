// How far back the loss reaches: the size of its gradient at the hidden state of every time step.

import { length } from "../../engine/arrays.js";
import { Backward } from "../../engine/gradient.js";
import { answerLoss } from "../../engine/losses.js";
import { element, write } from "../../shell/dom.js";
import { logChart } from "../../shell/log_chart.js";
import { decades } from "../../shell/plots.js";
import { format, sizeInWords } from "../../shell/typeset.js";

// One axis for all moments, so that they can be compared. Added to a gradient of 1, what is below its lower end would
// change nothing in float32, in which networks are trained; a gradient that explodes makes the axis longer.
const AXIS = [-8, 1];

export function gradientView(context) {
  const chart = logChart("The norm of the loss's gradient at the hidden state of every time step");
  const sentence = element("p", { class: "sentence" });
  return {
    element: element(
      "section",
      { class: "card gradient" },
      element("h2", {}, ...context.explain("How far back does the loss reach?")),
      chart.element,
      sentence,
    ),
    load() {
      const { data, trace } = context;
      const loss = answerLoss(data.readout);
      const pass = new Backward(trace, loss.direct);
      const [hidden] = data.cell.state;
      const values = Float64Array.from({ length: trace.sequenceLength }, (_, t) => length(pass.at(hidden, t)));
      const { colour, dash } = data.variant;
      chart.show(
        [{ title: "‖dL/dh‖, the gradient at each hidden state", kind: "whole", colour, dash, values }],
        axis(values),
      );
      write(sentence, inWords(values, loss.steps));
    },
    update: ({ timeStep }) => chart.point(timeStep),
  };
}

function axis(values) {
  const [low, high] = AXIS;
  return [low, Math.max(high, decades(Array.from(values))[1])];
}

/** Where the gradient is long and where short; of a single answer, how much of it is left at the first step. */
function inWords(values, asked) {
  if (!values.every(Number.isFinite)) return `On its way the gradient becomes ${sizeInWords(Infinity)}.`;
  const place = (size) => `${format(size)} at step ${values.indexOf(size) + 1}`;
  const [longest, shortest] = [Math.max, Math.min].map((most) => values.reduce((a, b) => most(a, b)));
  if (!longest) return "The answer is exactly right, so there is no gradient.";
  if (asked.length > 1) return `Its length goes from ${place(shortest)} to ${place(longest)}.`;
  const [last] = asked;
  const left = `${format(values[0] / values[last])} times as long as at step ${last + 1}, where the answer is wanted`;
  return values[0] ? `At step 1 the gradient is ${left}.` : "Nothing of the gradient arrives at step 1.";
}
