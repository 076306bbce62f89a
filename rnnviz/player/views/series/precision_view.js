// Precision against recall, at every threshold, with a ring at the one that is set.

import { curve, found, precisionOf } from "../../engine/detecting.js";
import { element } from "../../shell/dom.js";
import { endsOf, framed, keyLine, linear, Plot, placed, ticksAt } from "../../shell/plots.js";

const SHARE = linear([0, 1]);
const TICKS = [1, 0.5, 0];
const MARGIN = 0.03;

export function precisionView(context) {
  const { data, detectors } = context;
  const plot = new Plot([], { label: "Precision against recall, a curve for each method", margin: MARGIN });
  plot.take([
    ...TICKS.map(() => ({ kind: "zero" })),
    ...detectors.map(({ colour, dash }) => ({ kind: "curve", stroke: colour, "stroke-dasharray": dash.join(" ") })),
  ]);
  for (const [k, tick] of TICKS.entries()) plot.rule(k, SHARE(tick));
  const rings = detectors.map(() => element("i", { class: "ring" }));
  const picture = element("div", { class: "map" }, plot.element, element("div", { class: "dots" }, ...rings));
  const { element: frame, axis } = framed(
    picture,
    ticksAt(TICKS.map((tick) => [plot.height(SHARE(tick)) / 100, `${tick}`])),
  );
  axis.replaceChildren(...endsOf("recall 0", "1"));
  const legend = element(
    "ul",
    { class: "readings" },
    ...detectors.map(({ title, colour, dash }) =>
      element("li", {}, keyLine({ kind: "", colour, dash }), element("span", {}, title)),
    ),
  );
  let drawn = -1; // the edition of the scores that stand there

  function draw() {
    detectors.forEach(({ scores }, k) => {
      const points = curve(scores.scores, data.events, context.usual);
      plot.line(
        TICKS.length + k,
        points.map(({ precision }) => precision),
        SHARE,
        (place) => points[place].recall,
      );
    });
    drawn = context.edition;
  }

  return {
    element: element("div", { class: "precision" }, frame, legend),
    update() {
      if (context.dragged) return;
      const complete = detectors.every(({ scores }) => scores.isComplete);
      if (complete && drawn !== context.edition) draw();
      detectors.forEach(({ scores }, k) => {
        const now = found(scores.scores, context.threshold, data.events, context.usual);
        const precision = precisionOf(now);
        rings[k].hidden = Number.isNaN(precision) || !complete;
        if (rings[k].hidden) return;
        const at = placed(now.events / data.events.length, plot.height(SHARE(precision)) / 100);
        rings[k].setAttribute("style", `${at}; border-color: ${detectors[k].colour}`);
      });
    },
  };
}
