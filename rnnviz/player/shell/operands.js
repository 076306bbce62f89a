// What equations are made of where their letters would be: a vector as a column of its values, a matrix as a heat map.

import { element, placeUnder, Raster } from "./dom.js";

/** Cells under their symbol, with the marker of the shown unit: "aligned" marks its row, "whole" all of them. */
export function operand(symbol, cells, role, units) {
  cells.style.setProperty("--units", units);
  cells.append(element("div", { class: `marker ${role}` }));
  return element("div", { class: "operand" }, symbol, cells);
}

/** A vector; its element says in `dataset.quantity` what it is and has the shown numbers as its property `values`. */
export class Column {
  /**
   * @param name of the quantity
   * @param options `colour`, its scale; `click(unit)` and `over(unit)`, where the pointer clicks and what it comes upon
   */
  constructor(name, units, /** @type {Record<string, any>} */ { colour, click, over }) {
    this.units = units;
    this.colour = colour;
    this.raster = new Raster();
    const unitAt = (event) => placeUnder(event, units, 1).row;
    /** @type {number | null} */
    let pointed = null;
    const move = (event) => {
      const unit = unitAt(event);
      if (unit !== pointed) over(unit);
      pointed = unit;
    };
    this.element = element(
      "div",
      {
        class: "cells column-of",
        "data-quantity": name,
        click: (event) => click(unitAt(event)),
        pointermove: over ? move : null,
        pointerleave: () => (pointed = null),
      },
      this.raster.canvas,
    );
  }

  draw(values) {
    this.element.values = values;
    this.raster.draw(this.units, 1, (row) => this.colour(values[row]));
  }
}
