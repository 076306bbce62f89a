// What a person turns while the picture follows: sliders, boxes for numbers and switches, as the server describes them.

import { assign, element, settled, write } from "./dom.js";
import { plainly } from "./plots.js";

/** @import { Dial } from "./types.js" */

/**
 * @param {Dial[]} dials
 * @param {(name: string) => any} standing
 * @param {(name: string, value: number | boolean) => void} turn
 * @param {(text: string) => (string | Node)[]} explain what makes the words of a title explain themselves
 */
export function dialsView(dials, standing, turn, explain) {
  const fields = dials
    .filter(({ shown }) => shown)
    .map((dial) => (dial.look === "switch" ? toggle : field)(dial, explain(dial.title), standing, turn));
  return {
    element: element("div", { class: "dials" }, ...fields.map((one) => one.element)),
    update() {
      for (const one of fields) one.update();
    },
  };
}

/** A number. */
function field({ name, title, help, low, high, step, look }, words, standing, turn) {
  const whole = Number.isInteger(step);
  const output = settled();
  const input = element("input", {
    type: look === "slider" ? "range" : "number",
    min: low,
    max: high,
    step,
    "aria-label": title,
    "aria-description": help,
    input() {
      const value = input.valueAsNumber;
      if (value >= low && value <= high && (!whole || Number.isInteger(value))) turn(name, value);
    },
    change: () => update(true),
  });

  /** What is being typed is left alone, until it is done. */
  function update(done = false) {
    const value = standing(name);
    write(output, plainly(value));
    if (look === "slider" || done || input.getRootNode().activeElement !== input) assign(input, { value });
  }

  const control =
    look === "slider"
      ? [element("span", {}, ...words, " ", element("output", {}, output)), element("div", { class: "slide" }, input)]
      : [element("span", {}, ...words), input];
  const meaning = element("p", { class: "meaning", "aria-hidden": "true" }, help); // heard with the control
  return {
    element: element("div", { class: "dial" }, element("div", { class: "field" }, ...control), meaning),
    update,
  };
}

/** Yes or no. */
function toggle({ name, title, help }, words, standing, turn) {
  const input = element("input", {
    type: "checkbox",
    role: "switch",
    "aria-label": title,
    "aria-description": help,
    input: () => turn(name, input.checked),
  });
  const meaning = element("span", { class: "meaning", "aria-hidden": "true" }, help);
  return {
    element: element("div", { class: "switch" }, input, element("span", {}, ...words), meaning),
    update: () => assign(input, { checked: standing(name) }),
  };
}
