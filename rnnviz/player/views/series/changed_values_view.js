// The values that a person has changed, what that did to the forecast, and the way back.

import { element, write } from "../../shell/dom.js";

export function changedValuesView(context) {
  const effect = element("p", { class: "effect" });
  const list = element("ul", { class: "changes" });
  const undo = element(
    "button",
    { type: "button", click: () => context.restore([...context.changes.keys()]) },
    "Undo all changes",
  );
  const refused = element(
    "ul",
    { class: "changes refused-values" },
    ...context.refusals.map((sentence) => element("li", { class: "refused" }, element("span", {}, sentence))),
  );
  const made = element("div", { class: "changed-values" }, effect, list, undo);
  let listed = "";

  function line([step, value]) {
    const { amount, original, timeOf, restore } = context;
    const said = `${timeOf(step)}: ${amount(value)} instead of ${amount(original[step])}`;
    return element(
      "li",
      {},
      element("span", {}, said),
      element(
        "button",
        { type: "button", "aria-label": `Undo the change of ${timeOf(step)}`, click: () => restore([step]) },
        "×",
      ),
    );
  }

  return {
    element: element("div", {}, made, refused),
    update({ timeStep, ahead, way }) {
      const { changes, unchanged, forecast, forecaster } = context;
      made.hidden = !changes.size;
      const text = JSON.stringify([...changes]);
      if (text !== listed) list.replaceChildren(...Array.from(changes, line));
      listed = text;
      const first = timeStep + 1 - forecaster.needed;
      const isRead = [...changes.keys()].some((step) => step >= first && step <= timeStep);
      write(
        effect,
        isRead
          ? effectInWords(context, unchanged[way][ahead], forecast[way][ahead])
          : "None of the changed values is among those that are read here.",
      );
    },
  };
}

function effectInWords({ amount }, before, after) {
  if (amount(after) === amount(before)) return `The forecast stays at ${amount(after)}, as far as it is shown.`;
  const by = after - before;
  return `The forecast is ${amount(after)} instead of ${amount(before)}: ${by < 0 ? "lower" : "higher"} by ${amount(Math.abs(by))}.`;
}
