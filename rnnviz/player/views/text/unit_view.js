// Which unit is chosen, as a number to type: there are too many to point at.

import { assign, element } from "../../shell/dom.js";

export function unitView(context) {
  const units = context.runs[0].network.hiddenSize;
  const number = element("input", {
    type: "number",
    min: "1",
    max: units,
    step: "1",
    "aria-label": `Unit, from 1 to ${units}`,
    change: () => context.select({ unit: (number.valueAsNumber || 1) - 1 }),
  });
  return {
    element: element(
      "label",
      { class: "field" },
      element("span", {}, ...context.explain(`Unit, 1 to ${units}`)),
      number,
    ),
    update: ({ unit }) => assign(number, { value: unit + 1 }),
  };
}
