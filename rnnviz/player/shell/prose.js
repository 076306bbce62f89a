// What a teacher wrote, as elements: paragraphs, lists, emphasis and code. Everything else in it stays text, whatever it
// looks like: what is written here becomes text nodes only.

import { element } from "./dom.js";

const ITEM = /^\s*(?:[-*+]|(\d{1,3})[.)])\s+(.*)$/;
const SPAN =
  /\\([!-/:-@[-`{-~])|(`+)(.+?)\2(?!`)|\*\*(\S(?:.*?\S)?)\*\*|__(\S(?:.*?\S)?)__|\*(\S(?:.*?\S)?)\*|\b_(\S(?:.*?\S)?)_\b/gs;

/** A text as elements, to be put into another. */
export function prose(text) {
  /** @type {{ tag: string, lines: string[] }[]} */
  const blocks = [];
  /** @type {{ tag: string, lines: string[] } | null} */
  let open = null; // the item or the paragraph that the next line may belong to
  for (const line of text.split("\n")) {
    const [, counted, said] = ITEM.exec(line) ?? [];
    if (!line.trim()) open = null;
    else if (said === undefined && open) open.lines.push(line.trim());
    else {
      const tag = said === undefined ? "p" : counted === undefined ? "ul" : "ol";
      open = { tag, lines: [said ?? line.trim()] };
      blocks.push(open);
    }
  }
  const elements = [];
  for (const { tag, lines } of blocks) {
    const inside = spans(lines.join(" "));
    const list = elements.at(-1);
    if (tag === "p") elements.push(element("p", {}, ...inside));
    else if (list?.localName === tag) list.append(element("li", {}, ...inside));
    else elements.push(element(tag, {}, element("li", {}, ...inside)));
  }
  return elements;
}

/** A line as text and the elements in it. */
function spans(text) {
  const parts = [];
  let start = 0;
  for (const match of text.matchAll(SPAN)) {
    const [whole, sign, , code, strong, alsoStrong, soft, alsoSoft] = match;
    parts.push(
      text.slice(start, match.index),
      made({ sign, code, strong: strong ?? alsoStrong, soft: soft ?? alsoSoft }),
    );
    start = match.index + whole.length;
  }
  return [...parts, text.slice(start)].filter((part) => part !== "");
}

function made({ sign, code, strong, soft }) {
  if (sign !== undefined) return sign;
  if (code !== undefined) return element("code", {}, code.trim());
  if (strong !== undefined) return element("strong", {}, ...spans(strong));
  return element("em", {}, ...spans(soft));
}
