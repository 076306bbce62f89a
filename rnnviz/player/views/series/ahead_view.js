// How far ahead is looked, and how several steps are forecast: all at once, or one after the other.

import { labelled } from "../../shell/controls.js";
import { assign, element, settled, write } from "../../shell/dom.js";
import { stepsInWords } from "./words.js";

const WAYS = [
  ["direct", "Direct", "All steps ahead are answered at once, from what was read."],
  ["recursive", "Fed back", "Each forecast is read as if it had come, and the next one is made from that."],
];

export function aheadView(context) {
  const { data, forecaster } = context;
  const output = settled();
  const slider = element("input", {
    type: "range",
    min: 1,
    max: forecaster.horizon,
    step: 1,
    "aria-label": "Steps ahead",
    input: () => context.select({ ahead: slider.valueAsNumber - 1 }),
  });
  const buttons = WAYS.map(([way, title, meaning]) => ({
    way,
    button: element("button", { type: "button", title: meaning, click: () => context.select({ way }) }, title),
  }));
  const root = element(
    "div",
    { class: "ahead" },
    labelled("Ahead", output, slider),
    element("div", { class: "tabs", role: "group", "aria-label": "Way" }, ...buttons.map(({ button }) => button)),
  );
  root.hidden = forecaster.horizon === 1;
  return {
    element: root,
    update({ ahead, way: chosen }) {
      const words = stepsInWords(ahead + 1, data.series.step);
      write(output, words);
      assign(slider, { value: ahead + 1, ariaValueText: words });
      for (const { way, button } of buttons) assign(button, { ariaPressed: way === chosen });
    },
  };
}
