// Which unit is chosen, as a number to type: there are too many to point at.

import { assign, element } from "../../shell/dom.js";
import { unitInput } from "./unit_input.js";

export function unitView(context) {
  const units = context.runs[0].network.hiddenSize;
  const number = unitInput(context, units);
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
