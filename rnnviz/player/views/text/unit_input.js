// The field in which a unit is chosen by its number.

import { element } from "../../shell/dom.js";

/**
 * @param {Record<string, any>} context
 * @param {number} units how many there are
 */
export function unitInput(context, units) {
  const input = element("input", {
    type: "number",
    min: "1",
    max: units,
    step: "1",
    "aria-label": `Unit, from 1 to ${units}`,
    change: () => context.select({ unit: (input.valueAsNumber || 1) - 1 }),
  });
  return input;
}
