// The number that the network would answer at every time step, and the one that is wanted.

import { isWanted } from "../../engine/losses.js";
import { whenWanted } from "../../shell/answers.js";
import { element, write } from "../../shell/dom.js";
import { endsOf, framed, linear, Plot, placed, plainly, stepMarker, ticksAt } from "../../shell/plots.js";
import { format } from "../../shell/typeset.js";

const [ZERO, LINE] = [0, 1];

export function answerView(context) {
  const { quantity } = context.data.readout.equations.at(-1);
  const [low, high] = quantity.colourRange;
  const scale = linear([low, high]);
  const plot = new Plot(["zero", "line"], { label: "The network's answer at every time step" });
  const wanted = element("div", { class: "dots" });
  const { element: frame, axis } = framed(
    element("div", { class: "map" }, plot.element, stepMarker(), wanted),
    ticksAt([high, 0, low].map((value) => [scale(value), plainly(value)])),
  );
  const words = element("p", { class: "sentence" });

  return {
    element: element(
      "section",
      { class: "card answer" },
      element("h2", {}, "What is the answer?"),
      frame,
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
      const answers = steps.map((t) => trace.answer(t)[0]);
      plot.load(sequenceLength);
      plot.rule(ZERO, scale(0));
      plot.line(LINE, answers, scale);
      axis.replaceChildren(...endsOf("step 1", `step ${sequenceLength}`));
      const rings = steps.filter((t) => isWanted(data.readout, t));
      wanted.replaceChildren(...rings.map((t) => ring((t + 0.5) / sequenceLength, scale(data.readout.targets[t]))));
    },
    update({ timeStep }) {
      const { data, trace } = context;
      const [answer] = trace.answer(timeStep);
      Object.assign(words.dataset, { quantity: quantity.name, unit: 0, value: answer });
      write(words, inWords(data.readout, answer, timeStep));
    },
  };
}

const ring = (x, y) => element("i", { class: "ring", style: placed(x, y) });

function inWords(readout, answer, timeStep) {
  const { targets, wanted } = readout;
  if (!isWanted(readout, timeStep)) return `Here it would answer ${format(answer)}. ${whenWanted(wanted, timeStep)}`;
  const target = targets[timeStep];
  const error = Math.abs(answer - target);
  const side = answer < target ? "too low" : "too high";
  return `It answers ${format(answer)}; ${format(target)} is wanted. That is ${format(error)} ${side}.`;
}
