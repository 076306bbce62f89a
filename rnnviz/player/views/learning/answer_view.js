// The number that the network would answer at every time step, and the one that is wanted.

import { isWanted } from "../../engine/losses.js";
import { whenWanted } from "../../shell/answers.js";
import { element, pathThrough, svg, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";

const HEIGHT = 100;

export function answerView(context) {
  const { quantity } = context.data.readout.equations.at(-1);
  const [low, high] = quantity.colourRange;
  const share = (value) => (high - Math.min(high, Math.max(low, value))) / (high - low);
  const zero = svg("path", { class: "zero", "vector-effect": "non-scaling-stroke" });
  const line = svg("path", { class: "line", "vector-effect": "non-scaling-stroke" });
  const chart = svg(
    "svg",
    { preserveAspectRatio: "none", role: "img", "aria-label": "The network's answer at every time step" },
    zero,
    line,
  );
  const wanted = element("div", { class: "dots" });
  const axis = element("div", { class: "axis", "aria-hidden": "true" });
  const words = element("p", { class: "sentence" });

  return {
    element: element(
      "section",
      { class: "card answer" },
      element("h2", {}, "What is the answer?"),
      element(
        "div",
        { class: "plot" },
        element("div", { class: "ticks" }, ...[high, 0, low].map((value) => tick(value, share(value)))),
        element("div", { class: "map" }, chart, element("div", { class: "marker step" }), wanted),
        element("span", {}),
        axis,
      ),
      element(
        "p",
        { class: "legend" },
        element("span", { class: "key answered" }, "what it would answer at each step"),
        element("span", { class: "key ring" }, "wanted"),
      ),
      words,
    ),
    load() {
      const { data, trace } = context;
      const { sequenceLength } = trace;
      const steps = Array.from({ length: sequenceLength }, (_, t) => t);
      chart.setAttribute("viewBox", `0 0 ${sequenceLength} ${HEIGHT}`);
      zero.setAttribute("d", `M0 ${share(0) * HEIGHT}H${sequenceLength}`);
      line.setAttribute("d", pathThrough(steps.map((t) => [t + 0.5, share(trace.answer(t)[0]) * HEIGHT])));
      axis.replaceChildren(...[1, sequenceLength].map((step) => element("span", {}, `step ${step}`)));
      const rings = steps.filter((t) => isWanted(data.readout, t));
      wanted.replaceChildren(...rings.map((t) => ring((t + 0.5) / sequenceLength, share(data.readout.targets[t]))));
    },
    update({ timeStep }) {
      const { data, trace } = context;
      const [answer] = trace.answer(timeStep);
      Object.assign(words.dataset, { quantity: quantity.name, unit: 0, value: answer });
      write(words, inWords(data.readout, answer, timeStep));
    },
  };
}

const tick = (value, place) => element("span", { style: `top: ${place * 100}%` }, String(value).replace("-", "−"));
const ring = (x, y) => element("i", { class: "ring", style: `left: ${x * 100}%; top: ${y * 100}%` });

function inWords(readout, answer, timeStep) {
  const { targets, wanted } = readout;
  if (!isWanted(readout, timeStep)) return `Here it would answer ${format(answer)}. ${whenWanted(wanted, timeStep)}`;
  const target = targets[timeStep];
  const error = Math.abs(answer - target);
  const side = answer < target ? "too low" : "too high";
  return `It answers ${format(answer)}; ${format(target)} is wanted. That is ${format(error)} ${side}.`;
}
