// Every quantity through time: a heat map of units by time steps, and below it the line of the chosen unit.

import { element, placeUnder, Raster, settled, write } from "../../shell/dom.js";
import { linear, Plot, rangeInWords, stepMarker, unitMarker } from "../../shell/plots.js";
import { format } from "../../shell/typeset.js";

const MOST_TOKENS = 24; // more would not be legible
const [LINE, ZERO] = [1, 0];

export function timeView(context) {
  const { colours, select, point, explain } = context;

  const blocks = context.data.cell.equations.map(({ target, quantity }) => {
    const colour = colours.of(quantity);
    const values = (unit, t) => context.trace.at(target, t)[unit];
    const units = context.trace.at(target, 0).length;
    const raster = new Raster();
    const map = raster.canvas;
    const locate = (event) => {
      const { row, column } = placeUnder(event, units, context.trace.sequenceLength);
      return { unit: row, timeStep: column, line: target };
    };
    map.addEventListener("click", (event) => select(locate(event)));
    map.addEventListener("pointermove", (event) => {
      const { unit, timeStep } = locate(event);
      const said = `${quantity.title} of unit ${unit + 1} at step ${timeStep + 1} is ${format(values(unit, timeStep))}`;
      point({ text: () => said });
    });

    const scale = linear(quantity.colourRange);
    const plot = new Plot(["zero", "line"], { margin: 0.025 });
    const caption = settled();
    const tokens = element("div", { class: "tokens", "aria-hidden": "true" });
    const block = element(
      "section",
      { class: "through-time", style: `--units: ${units}` },
      element(
        "h3",
        {},
        element("span", {}, ...explain(quantity.title)),
        element("span", { class: "range" }, rangeInWords(quantity)),
      ),
      element("div", { class: "map" }, map, unitMarker(), stepMarker()),
      element("div", { class: "map" }, plot.element, stepMarker()),
      tokens,
      element("p", { class: "caption" }, caption),
    );
    const load = ({ sequenceLength }, labels) => {
      const rows = context.trace.rows(target);
      raster.draw(units, sequenceLength, (row, column) => colour(rows[column][row]));
      plot.load(sequenceLength);
      plot.rule(ZERO, scale(0));
      const shown = sequenceLength > MOST_TOKENS ? [] : labels;
      tokens.replaceChildren(...shown.map((label) => element("span", {}, label)));
    };
    const draw = (chosen) => {
      const unit = Math.min(chosen, units - 1);
      const all = context.trace.rows(target).map((vector) => vector[unit]);
      plot.line(LINE, all, scale);
    };
    const say = (chosen, t) => {
      const unit = Math.min(chosen, units - 1);
      write(caption, `Unit ${unit + 1}: ${format(values(unit, t))} at step ${t + 1}`);
    };
    return { block, load, draw, say };
  });

  let drawn = null;
  return {
    element: element(
      "div",
      { class: "time-view", pointerleave: () => point(null) },
      ...blocks.map(({ block }) => block),
    ),
    load() {
      drawn = null;
      for (const { load } of blocks) load(context.trace, context.data.labels);
    },
    update({ unit, timeStep }) {
      for (const { draw, say } of blocks) {
        if (unit !== drawn) draw(unit);
        say(unit, timeStep);
      }
      drawn = unit;
    },
  };
}
