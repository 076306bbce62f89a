// The same facts as a table, for screen readers and for copying: this step for all units, or this unit for all steps.

import { element } from "../../shell/dom.js";

export function tableView(context) {
  const { equations } = context.data.cell;
  const body = element("div", { class: "scroller", role: "group", "aria-label": "Values as a table", tabindex: "0" });
  const kind = element(
    "select",
    { "aria-label": "What the table shows" },
    element("option", { value: "step" }, "This step, every unit"),
    element("option", { value: "unit" }, "This unit, every step"),
  );
  const root = element("details", { class: "table" }, element("summary", {}, "The same as a table"), kind, body);
  let shown = null;

  const head = (...names) =>
    element("thead", {}, element("tr", {}, ...names.map((name) => element("th", { scope: "col" }, name))));

  const line = (label, unit, t) =>
    element(
      "tr",
      {},
      element("th", { scope: "row" }, label),
      ...equations.map(({ target, quantity }) => {
        const value = context.trace.at(target, t)[unit];
        if (value === undefined) return element("td");
        const facts = { "data-quantity": quantity.name, "data-unit": unit, "data-time-step": t, "data-value": value };
        return element("td", facts, value.toPrecision(6).replace("-", "−"));
      }),
    );

  function draw() {
    if (!root.open || !shown) return;
    const { trace, data } = context;
    const { timeStep, unit } = shown;
    const titles = equations.map(({ quantity }) => `${quantity.title} ${quantity.symbol}`);
    const [caption, first, lines] =
      kind.value === "step"
        ? [
            `Step ${timeStep + 1}, ${data.labelKind} “${data.labels[timeStep]}”`,
            "Unit",
            Array.from({ length: trace.mostUnits }, (_, k) => line(String(k + 1), k, timeStep)),
          ]
        : [
            `Unit ${unit + 1}`,
            "Step",
            Array.from({ length: trace.sequenceLength }, (_, t) => line(`${t + 1} ${data.labels[t]}`, unit, t)),
          ];
    body.replaceChildren(
      element("table", {}, element("caption", {}, caption), head(first, ...titles), element("tbody", {}, ...lines)),
    );
  }

  root.addEventListener("toggle", draw);
  kind.addEventListener("change", draw);
  return {
    element: root,
    load() {},
    update(state) {
      shown = state;
      draw();
    },
  };
}
