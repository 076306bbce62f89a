// The moments of a training: which one is shown, how to go through them, and how good the network was then.

import { decode } from "../../engine/arrays.js";
import { answerLoss } from "../../engine/losses.js";
import { button, playButton } from "../../shell/controls.js";
import { element, write } from "../../shell/dom.js";
import { sizeInWords } from "../../shell/typeset.js";
import { lastStep, progressView, valueInWords } from "./progress_view.js";

/** When a moment was, in words. */
function momentInWords({ moments, moment, progress }) {
  const [made, all] = [moments[moment].step, lastStep({ moments, progress })].map((step) => step.toLocaleString("en"));
  return `After ${made} of ${all} steps`;
}

/** `choose(place)` and `play()` are what a person can do; `playing()` is whether the moments follow one another. */
export function momentsView(context, { choose, play, playing }) {
  const current = () => context.data.moment;
  const slider = element("input", {
    type: "range",
    min: "0",
    step: "1",
    "aria-label": "Moment of the training",
    input: () => choose(slider.valueAsNumber),
  });
  const toggle = playButton("Watch it learn", play);
  const where = element("span", { class: "when", "aria-live": "polite" });
  const words = element("p", { class: "sentence" });
  const progress = progressView(context, choose);
  const key = (name) => element("kbd", {}, name);

  return {
    element: element(
      "section",
      { class: "card moments" },
      element(
        "div",
        { class: "controls" },
        element(
          "div",
          { class: "buttons" },
          button("Previous moment", "previous", () => choose(current() - 1)),
          toggle.element,
          button("Next moment", "next", () => choose(current() + 1)),
        ),
        where,
        element("div", { class: "slide" }, slider),
        element("span", { class: "caption help" }, key(","), key("."), " moment"),
      ),
      words,
      progress.element,
    ),
    load() {
      const { data } = context;
      slider.max = String(data.moments.length - 1);
      slider.value = String(data.moment);
      slider.setAttribute("aria-valuetext", momentInWords(data));
      where.setAttribute("aria-live", playing() ? "off" : "polite");
      write(where, momentInWords(data));
      showFacts(words, context);
      progress.load();
    },
    update() {
      toggle.update(playing());
    },
  };
}

/** How good the network was, on sequences it never learned from and on the one that is shown. */
function showFacts(node, { data, trace }) {
  const { progress, metrics, moment, readout } = data;
  const { steps, size } = answerLoss(readout);
  const [metric, loss] = [decode(metrics)[moment], size(trace)];
  Object.assign(node.dataset, { metric, loss });
  write(node, `${metricInWords(progress, metric)} ${lossInWords(readout, loss, steps.length)}`);
}

function metricInWords(progress, metric) {
  const { title, better, chance, learned } = progress;
  if (!Number.isFinite(metric)) return `${title} on held-out sequences: not a number any more.`;
  const value = valueInWords(progress, metric);
  const reached = learned !== null && (better === "larger" ? metric >= learned : metric <= learned);
  const among = chance === null ? "" : `; chance is ${valueInWords(progress, chance)}`;
  return `${title} on held-out sequences: ${value}${reached ? ", which counts as learned" : ""}${among}.`;
}

function lossInWords({ symbols }, loss, answers) {
  const size = sizeInWords(loss);
  if (!symbols.length) return `On the sequence below its squared error, the loss, is ${size}.`;
  const mean = answers > 1 ? `, the mean over ${answers} answers` : "";
  return `On the sequence below its loss is ${size} nats${mean}.`;
}
