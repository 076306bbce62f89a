// What a marked passage is asked: which units are high in what was painted, and where else the same units switch.

import { quoted } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { paintedView } from "./painted_view.js";
import { patternsView } from "./patterns_view.js";

export function passageView(context) {
  const heading = element("h2", {});
  const words = element("p", { class: "quoted" });
  const hint = element(
    "p",
    { class: "caption" },
    "Mark a passage of the text: drag over it, or hold Shift with the arrow keys, or use the button above the text.",
  );
  const paint = element("button", { type: "button", click: () => context.paint(context.range) }, "Paint it");
  const marked = element("div", { class: "marked-passage" }, words, paint);
  const painted = paintedView(context);
  const patterns = context.data.patterns ? [patternsView(context)] : [];
  let passage = "";

  return {
    element: element(
      "div",
      { class: "card passage" },
      heading,
      hint,
      marked,
      element("div", { class: "halves" }, painted.element, ...patterns.map((view) => view.element)),
    ),
    load() {},
    update() {
      const { range, characters } = context;
      hint.hidden = range !== null;
      marked.hidden = range === null;
      if (passage !== JSON.stringify(range)) {
        passage = JSON.stringify(range);
        write(heading, range ? titleOf(range) : "Search by example");
        write(words, range ? quoted(characters.slice(range.start - 1, range.end - 1)) : "");
      }
      painted.update();
      for (const view of patterns) view.update();
    },
  };
}

function titleOf({ start, end }) {
  if (end - start === 1) return `The marked passage: step ${start + 1}`;
  return `The marked passage: steps ${start + 1} to ${end}`;
}
