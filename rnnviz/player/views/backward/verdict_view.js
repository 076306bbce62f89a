// The first thing the picture says: how much of the gradient is left.

import { element, write } from "../../shell/dom.js";
import { verdict } from "./words.js";

/** So many milliseconds after the last change a screen reader hears the verdict: not at every pixel of a drag. */
const SETTLED = 1000;

export function verdictView(context) {
  const sentence = element("p", { class: "verdict", "aria-hidden": "true" });
  const detail = element("p", { class: "caption" });
  const heard = element("p", { "aria-live": "polite" });
  /** @type {number | undefined} */
  let timer;
  return {
    element: element("div", { class: "verdicts" }, sentence, element("div", { class: "unseen" }, heard), detail),
    load() {
      const { figures, cut, data } = context;
      if (!figures.singular?.[0].length) return;
      const said = verdict(figures.singular[0], { title: data.cell.title, everyStep: data.everyStep, cut });
      write(sentence, said.sentence);
      write(detail, said.detail);
      clearTimeout(timer);
      timer = setTimeout(() => write(heard, said.sentence), SETTLED);
    },
    destroy: () => clearTimeout(timer),
  };
}
