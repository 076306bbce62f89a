// Level 2, the cell: its equations in the order they are computed, made of their values. Units are rows.

import { asMatrix } from "../../engine/arrays.js";
import { keyOf } from "../../engine/expressions.js";
import { element, placeUnder, Raster } from "../../shell/dom.js";
import { Column, operand } from "../../shell/operands.js";
import { format, symbol, tokens } from "../../shell/typeset.js";

export function cellView(context) {
  const { data, colours, quantityOf, select, point } = context;
  const columns = []; // what changes with the time step: {key, column}
  const weights = []; // what changes with the network: {name, raster}

  function vector(key, { line, aligned }) {
    const quantity = quantityOf(key);
    const { length } = context.trace.at(key, 0);
    const previous = key.endsWith("'");
    const column = new Column(previous ? `previous_${quantity.name}` : quantity.name, length, {
      colour: colours.of(quantity),
      click: (unit) => aligned && select({ line, unit }),
      over: (unit) =>
        point({
          ...(aligned && { line, unit }),
          text: (t) => `${nameOf(key, unit)} is ${format(context.trace.at(key, t)[unit])}`,
        }),
    });
    columns.push({ key, column });
    return operand(symbol(key), column.element, aligned ? "aligned" : "whole", length);
  }

  function nameOf(key, k) {
    const quantity = quantityOf(key);
    if (key === data.cell.input) return data.inputSymbols.length ? `Input “${data.inputSymbols[k]}”` : "The input";
    return `${quantity.title} of unit ${k + 1}${key.endsWith("'") ? " one step before" : ""}`;
  }

  const matrixOf = (name) => asMatrix(context.trace.at(name, 0));

  function weight(name, { line }) {
    const { rows, columns: width } = matrixOf(name);
    const raster = new Raster();
    weights.push({ name, raster });
    raster.canvas.addEventListener("pointermove", (event) => {
      const { row, column } = placeUnder(event, rows, width);
      const place = width > 1 ? `row ${row + 1}, column ${column + 1}` : `row ${row + 1}`;
      const said = `${name}, ${place}, is ${format(matrixOf(name).values[row * width + column])}`;
      point({ line, unit: row, text: () => said });
    });
    raster.canvas.addEventListener("click", (event) => select({ line, unit: placeUnder(event, rows, width).row }));
    const cells = element("div", { class: width > 1 ? "matrix" : "cells thin" }, raster.canvas);
    if (width > 1) cells.style.setProperty("--columns", width);
    return operand(symbol(name, true), cells, "aligned", rows);
  }

  function part(token, line) {
    if (token.text) return element("span", { class: `sign ${token.operator ? "operator" : ""}` }, token.text);
    if (token.number !== undefined) return element("span", { class: "sign" }, String(token.number));
    if (token.leaf.weight) return weight(token.leaf.weight, { line });
    return vector(keyOf(token.leaf), { line, aligned: !token.whole });
  }

  const equations = data.cell.equations.map(({ target, expression, quantity }, order) => {
    const title = element(
      "button",
      { type: "button", class: "title", "aria-pressed": "false", click: () => select({ line: target }) },
      element("span", { class: "order" }, String(order + 1)),
      quantity.title,
    );
    const row = element(
      "div",
      { class: "made-of" },
      vector(target, { line: target, aligned: true }),
      element("span", { class: "sign operator" }, "="),
      ...tokens(expression).map((token) => part(token, target)),
    );
    const section = element(
      "section",
      { class: "equation", "data-line": target },
      element("div", { class: "heading" }, title, element("span", { class: "meaning" }, quantity.meaning)),
      row,
    );
    return { target, section, title };
  });

  const root = element(
    "div",
    { class: "cell", pointerleave: () => point(null) },
    ...equations.map(({ section }) => section),
  );
  return {
    element: root,
    load() {
      const colour = colours.of(data.weightQuantity);
      for (const { name, raster } of weights) {
        const { rows, columns: width, values } = matrixOf(name);
        raster.draw(rows, width, (row, column) => colour(values[row * width + column]));
      }
    },
    update({ timeStep, line }) {
      for (const { key, column } of columns) column.draw(context.trace.at(key, timeStep));
      for (const { target, section, title } of equations) {
        section.classList.toggle("framed", target === line);
        title.setAttribute("aria-pressed", String(target === line));
      }
    },
  };
}
