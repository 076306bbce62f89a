// Level 2 backwards: what arrives at a step, its local Jacobian, and what leaves it, made of their values.

import { element, placeUnder, Raster } from "../../shell/dom.js";
import { Column, operand } from "../../shell/operands.js";
import { symbolParts } from "../../shell/typeset.js";

/** A gradient as text: dL/dh with the time below. */
export function gradientSymbol(key) {
  const { base, index } = symbolParts(key, false);
  return element("span", { class: "symbol" }, "∂L/∂", element("i", {}, base), element("sub", {}, index));
}

function jacobianSymbol(to, from) {
  const parts = [to, `${from}'`].map((key) => symbolParts(key, false));
  return element(
    "span",
    { class: "symbol" },
    "∂",
    element("i", {}, parts[0].base),
    element("sub", {}, parts[0].index),
    "/∂",
    element("i", {}, parts[1].base),
    element("sub", {}, parts[1].index),
    element("sup", {}, "⊤"),
  );
}

export function stepBackView(context) {
  const { data, colours, select } = context;
  const { state } = data.cell;
  const [hidden] = state;
  const units = context.trace.hiddenSize;
  const parts = []; // what changes with the step: functions of the time step

  /** A gradient as a column; `find(t)` gives it. */
  function vector(label, name, find, role = "aligned", line = hidden) {
    const colour = colours.of(data.gradientQuantity);
    const column = new Column(name, units, { colour, click: (unit) => select({ unit, line }) });
    parts.push((t) => column.draw(find(t)));
    return operand(label, column.element, role, units);
  }

  /** The transposed Jacobian as a heat map: row k says how unit k of the step before acts on every unit of `to`. */
  function jacobian(to, from) {
    const raster = new Raster();
    const colour = colours.of(data.jacobianQuantity);
    parts.push((t) => {
      const { values } = context.pass.jacobian(to, from, t);
      raster.draw(units, units, (row, column) => colour(values[column * units + row]));
    });
    raster.canvas.addEventListener("click", (event) =>
      select({ unit: placeUnder(event, units, units).row, line: from }),
    );
    const cells = element("div", { class: "matrix", style: `--columns: ${units}` }, raster.canvas);
    return operand(jacobianSymbol(to, from), cells, "aligned", units);
  }

  const sign = (text) => element("span", { class: "sign operator" }, text);
  const section = (line, title, meaning, ...row) => {
    const heading = element(
      "div",
      { class: "heading" },
      element("h3", {}, ...context.explain(title)),
      element("span", { class: "meaning" }, ...context.explain(meaning)),
    );
    return element(
      "section",
      { class: "equation", "data-line": line },
      heading,
      element("div", { class: "made-of" }, ...row),
    );
  };

  const arrives = section(
    "arrives",
    "What arrives at this step",
    "From the loss here, and from the steps after it.",
    vector(gradientSymbol(hidden), "arriving_gradient", (t) => context.pass.arriving(hidden, t)),
    sign("="),
    vector(element("span", { class: "symbol" }, "loss here"), "loss_gradient", (t) => context.pass.direct[t]),
    sign("+"),
    vector(element("span", { class: "symbol" }, "from later"), "carried_gradient", (t) =>
      context.pass.incoming[t].get(hidden),
    ),
  );
  const leaves = state.map((from) => {
    const terms = state.flatMap((to) => [
      sign("+"),
      jacobian(to, from),
      vector(gradientSymbol(to), `arriving_${to}`, (t) => context.pass.arriving(to, t), "whole", to),
    ]);
    return section(
      from,
      `What leaves it to the ${context.quantityOf(from).title.toLowerCase()} before`,
      "The transposed Jacobian of the step times what arrived.",
      vector(
        gradientSymbol(`${from}'`),
        "outgoing_gradient",
        (t) => context.pass.steps[t].outgoing.get(from),
        "aligned",
        from,
      ),
      sign("="),
      ...terms.slice(1),
    );
  });

  return {
    element: element("div", { class: "cell" }, arrives, ...leaves),
    load() {},
    update({ timeStep, line }) {
      for (const draw of parts) draw(timeStep);
      for (const node of [arrives, ...leaves]) node.classList.toggle("framed", node.dataset.line === line);
    },
  };
}
