// How far back the gradient reaches: norms over time, all pairs of steps, and which gradient is which.

import { length } from "../../engine/arrays.js";
import { element, placeUnder, Raster, write } from "../../shell/dom.js";
import { logChart } from "../../shell/log_chart.js";
import { decades } from "../../shell/plots.js";
import { power, sizeInWords } from "../../shell/typeset.js";

/** The norms of dh_T/dh_t of several cells over one another, and the singular values of the chosen one. */
export function reachView(context) {
  const chart = logChart("The norm of dh_T/dh_t for every time step t, one curve for each cell");
  const words = element("p", { class: "sentence by-cell" });
  const networks = element("p", { class: "caption" });
  let drawn = { curves: null, bound: false, cut: 0 };
  return {
    element: element("div", { class: "stacked" }, chart.element, words, networks),
    load() {
      const { curves, reading, caption } = context.figures;
      const bound = Boolean(context.at.bound);
      const { cut } = context;
      if (!curves || (curves === drawn.curves && bound === drawn.bound && cut === drawn.cut)) return;
      drawn = { curves, bound, cut };
      chart.show(curves.filter(({ kind }) => bound || kind !== "bound"));
      write(words, reading);
      const uncut = context.cut ? " The cut changes none of these curves: they say how one state follows another." : "";
      write(networks, `${caption} The other cells are made in the same way and read the same.${uncut}`);
    },
    update: ({ timeStep }) => chart.point(timeStep),
  };
}

/** The singular values of dh_T/dh_t: the largest, the middle one and the smallest. */
export function singularView(context) {
  const chart = logChart("The largest, the middle and the smallest singular value of dh_T/dh_t");
  let drawn = null;
  return {
    element: chart.element,
    load() {
      const { singular } = context.figures;
      if (singular === drawn || !singular) return;
      drawn = singular;
      const { colour } = context.data.variant;
      const dashes = { largest: [], middle: [6, 4], smallest: [2, 3] };
      chart.show(
        Object.entries(dashes).map(([title, dash], place) => ({
          title: `${title} singular value`,
          kind: "whole own",
          colour,
          dash,
          values: singular[place],
        })),
      );
    },
    update: ({ timeStep }) => chart.point(timeStep),
  };
}

/** All pairs: how far the hidden state of step t follows that of step s, as a triangle of powers of ten. */
export function triangleView(context) {
  const raster = new Raster();
  const reading = element("p", { class: "caption" });
  const scale = element("p", { class: "legend" });

  const say = (row, column) => {
    const { norms, steps } = context.figures.pairs;
    write(
      reading,
      column > row
        ? "Nothing flows back from the past to the future."
        : `‖dh/dh‖ from step ${steps[row] + 1} back to step ${steps[column] + 1}: ${sizeInWords(norms[row * steps.length + column])}`,
    );
  };

  raster.canvas.addEventListener("pointermove", (event) => {
    const { steps } = context.figures.pairs ?? { steps: [] };
    if (!steps.length) return;
    const { row, column } = placeUnder(event, steps.length, steps.length);
    say(row, column);
  });
  let drawn = null;
  return {
    element: element("div", { class: "triangle" }, element("div", { class: "square" }, raster.canvas), scale, reading),
    load() {
      const { pairs } = context.figures;
      if (!pairs || pairs === drawn) return;
      drawn = pairs;
      const { norms, steps } = pairs;
      const size = steps.length;
      const [low, high] = [-6, Math.min(6, Math.max(0, decades(Array.from(norms))[1]))];
      const colour = context.colours.of({ scale: "log", colourRange: [-(10 ** high), 10 ** high], floor: 10 ** low });
      raster.draw(size, size, (row, column) => (column > row ? 0 : colour(norms[row * size + column])));
      scale.replaceChildren(
        element(
          "span",
          { class: "scale" },
          `${power(low)} or less`,
          element("span", { class: "ramp size" }),
          `${power(high)}${high === 6 ? " or more" : ""}`,
        ),
      );
      say(size - 1, 0);
    },
    update() {},
  };
}

/** Which gradient? Two norms that are easily taken for each other. */
export function whichView(context) {
  const chart = logChart("The norm of the loss's gradient at every hidden state, beside that of dh_T/dh_t");
  return {
    element: chart.element,
    load() {
      const { data, trace, pass, figures, wishes } = context;
      if (figures.number !== wishes || !figures.singular) return; // two curves of one network only, or none
      const [hidden] = data.cell.state;
      const { colour } = data.variant;
      const told = Float64Array.from({ length: trace.sequenceLength }, (_, t) => length(pass.at(hidden, t)));
      const [spread] = figures.singular;
      chart.show([
        { title: "dL/dh, what the loss says to each state", kind: "whole own", colour, dash: [], values: told },
        {
          title: "dh/dh, how far the last state follows each",
          kind: "whole own",
          colour,
          dash: [6, 4],
          values: spread,
        },
      ]);
    },
    update: ({ timeStep }) => chart.point(timeStep),
  };
}
