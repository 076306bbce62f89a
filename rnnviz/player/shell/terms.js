// Words that explain themselves: where a label holds a term of the glossary, the term opens a note that says what it means.

import { element } from "./dom.js";

/** @import { Term } from "./types.js" */

const MILLISECONDS_TO_REACH = 250; // from the term to its note, with the pointer
const GAP = 6;

/**
 * What makes labels explain their terms.
 *
 * @param {Term[]} terms
 * @returns from a text to the nodes of a label, each term in it once a button
 */
export function explainer(terms) {
  if (!terms.length) return (text) => [text];
  const byWord = new Map(terms.flatMap((term) => term.words.map((word) => [word.toLowerCase(), term])));
  const longestFirst = [...byWord.keys()].sort((a, b) => b.length - a.length).map(literally);
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(?:${longestFirst.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  const note = noteView();

  return (text) => {
    const nodes = [];
    const explained = new Set();
    let end = 0;
    for (const match of text.matchAll(pattern)) {
      const term = byWord.get(match[0].toLowerCase());
      if (explained.has(term)) continue;
      explained.add(term);
      nodes.push(text.slice(end, match.index), note.opener(match[0], term));
      end = match.index + match[0].length;
    }
    return [...nodes, text.slice(end)].filter((node) => node !== "");
  };
}

const literally = (word) => word.replace(/[\^$.*+?()[\]{}|/]/g, "\\$&");

/** The note that all terms of a player share: {opener(word, term)}, the button that opens it. */
function noteView() {
  const note = element("div", { popover: "manual", class: "note", role: "note" });
  /** @type {HTMLElement | null} */
  let opened = null; // the button whose term it explains
  let leaving = 0;
  let listening = new AbortController();

  function show(button, term) {
    clearTimeout(leaving);
    if (opened === button) return;
    hide();
    opened = button;
    note.replaceChildren(
      element("b", {}, term.title),
      element("p", {}, term.meaning),
      element(
        "p",
        {},
        element("a", { href: term.link }, "Try it"),
        element("a", { href: `glossary#${term.name}` }, "Glossary"),
      ),
    );
    (button.closest("h2, h3, p, th, legend") ?? button).after(note); // what comes next by Tab
    note.showPopover();
    place(note, button);
    button.setAttribute("aria-expanded", "true");
    listening = new AbortController();
    const { signal } = listening;
    document.addEventListener("keydown", dismiss, { signal });
    document.addEventListener("scroll", () => place(note, button), { signal, capture: true, passive: true });
  }

  function hide() {
    if (!opened) return;
    opened.setAttribute("aria-expanded", "false");
    opened = null;
    listening.abort();
    note.remove();
  }

  function dismiss({ key }) {
    if (key !== "Escape") return;
    if (note.contains(document.activeElement)) opened?.focus();
    hide();
  }

  const leave = () => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, MILLISECONDS_TO_REACH);
  };
  const leaveUnlessInside = ({ relatedTarget }) => {
    if (!note.contains(relatedTarget) && relatedTarget !== opened) hide();
  };
  note.addEventListener("pointerenter", () => clearTimeout(leaving));
  note.addEventListener("pointerleave", leave);
  note.addEventListener("focusout", leaveUnlessInside);

  return {
    opener(word, term) {
      const explain = () => show(button, term);
      const button = element(
        "button",
        {
          type: "button",
          class: "term",
          "aria-expanded": "false",
          "aria-description": term.meaning,
          click: explain,
          pointerenter: explain,
          pointerleave: leave,
          focus: () => button.matches(":focus-visible") && explain(),
          focusout: leaveUnlessInside,
        },
        word,
      );
      return button;
    },
  };
}

/** Put a note below an element, or above it where there is no room, within the window. */
function place(note, beside) {
  const box = beside.getBoundingClientRect();
  const { width, height } = note.getBoundingClientRect();
  const left = Math.max(GAP, Math.min(box.left, innerWidth - width - GAP));
  const below = box.bottom + GAP;
  const top = below + height > innerHeight ? Math.max(GAP, box.top - GAP - height) : below;
  Object.assign(note.style, { left: `${left}px`, top: `${top}px` });
}
