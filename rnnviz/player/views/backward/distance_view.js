// From how far back the gradient of a weight comes, where the loss is at every step.

import { element, write } from "../../shell/dom.js";
import { endsOf, framed, linear, Plot } from "../../shell/plots.js";
import { distances } from "./words.js";

const [LOST, LEFT] = [0, 1];

export function distanceView(context) {
  const plot = new Plot(["bars kept", "bars written"], { margin: 1 / 30, floor: 0 });
  const { element: frame, axis } = framed(element("div", { class: "map decay" }, plot.element));
  const words = element("p", {});
  const root = element(
    "div",
    { class: "distances stacked" },
    element("p", { class: "caption" }, "What comes from how many steps back"),
    frame,
    words,
  );
  let drawn = null;
  return {
    element: root,
    load() {
      const { figures, data, weight } = context;
      const { stepsBack: found } = figures;
      root.hidden = !data.everyStep || found?.weight !== weight;
      if (root.hidden || found === drawn) return;
      drawn = found;
      const { whole, left } = found;
      const finite = [...whole, ...left].filter(Number.isFinite);
      const scale = linear([0, Math.max(...finite) || 1]);
      const bars = (sizes) => sizes.map((size) => [1, scale(size)]);
      plot.load(whole.length);
      plot.bars(LEFT, bars(left));
      plot.bars(LOST, left === whole ? [] : bars(whole));
      axis.replaceChildren(...endsOf("the step of the loss", `${whole.length - 1} steps back`));
      Object.assign(root.dataset, { left: left.join(" ") });
      write(words, distances(weight, left));
    },
  };
}
