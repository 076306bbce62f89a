// What a marked passage is asked: which units are high in what was painted, and where else the same units switch.

import { visible } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { paintedView } from "./painted_view.js";
import { patternsView } from "./patterns_view.js";

/** So many characters of a passage are quoted. */
const QUOTED = 60;

export function passageView(context) {
  const heading = element("h2", {});
  const quoted = element("p", { class: "quoted" });
  const hint = element(
    "p",
    { class: "caption" },
    "Mark a passage of the text: drag over it, or hold Shift with the arrow keys, or use the button above the text.",
  );
  const paint = element("button", { type: "button", click: () => context.paint(context.range) }, "Paint it");
  const marked = element("div", { class: "marked-passage" }, quoted, paint);
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
    load() {
      painted.load();
    },
    update() {
      const { range, characters } = context;
      hint.hidden = range !== null;
      marked.hidden = range === null;
      if (passage !== JSON.stringify(range)) {
        passage = JSON.stringify(range);
        write(heading, range ? titleOf(range) : "Search by example");
        write(quoted, range ? quote(characters.slice(range.start - 1, range.end - 1)) : "");
      }
      painted.update();
      for (const view of patterns) view.update();
    },
  };
}

function titleOf({ start, end }) {
  const count = end - start;
  return count === 1
    ? `The marked passage: character ${start}`
    : `The marked passage: characters ${start} to ${end - 1}`;
}

/** Characters in one line of text, the middle left out where there are many. */
export function quote(characters) {
  const shown = characters.map((character) => (character === " " ? " " : visible(character)));
  if (shown.length <= QUOTED) return shown.join("");
  return `${shown.slice(0, QUOTED / 2).join("")} … ${shown.slice(-QUOTED / 2).join("")}`;
}
