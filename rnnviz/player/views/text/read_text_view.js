// The text, character by character on colours: it is pointed at, stepped through, and passages of it are marked.

import { spoken, visible } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { Ink } from "../../shell/ink.js";

export function readTextView(context) {
  const { colours, quantityOf, alphabet } = context;
  const ink = new Ink(colours.palette);
  /** @type {HTMLElement[]} one for each time step, the beginning first */
  const spans = [];
  /** @type {(number | null)[]} the colours that stand there */
  const words = [];
  let shown = { line: "", unit: 0, timeStep: 0 };
  let now = -1;
  let looked = -1;
  /** @type {number | null} where a passage began that is being marked */
  let anchor = null;
  let marks = false; // whether the next click ends a passage
  let known = ""; // what is marked and painted, as it stands in the text
  let coloured = 0; // so many characters had been read when they were coloured
  const body = element("div", {
    class: "text-read",
    role: "group",
    tabindex: "0",
    "aria-label": "The text that is read",
    "data-follows": "steps",
    pointerdown: press,
    pointermove: move,
    pointerup: () => (anchor = null),
    pointercancel: () => (anchor = null),
    pointerleave: () => context.hover(null),
    keydown: extend,
  });
  const marking = element(
    "button",
    { type: "button", "aria-pressed": "false", click: () => setMarking(!marks) },
    "Mark a passage",
  );
  const waiting = element("p", { class: "caption", role: "status" });
  const again = element("button", { type: "button", click: () => context.retry() }, "Try again");
  const help = element("p", { class: "caption help" }, ...keysInWords());

  function setMarking(on) {
    marks = on;
    marking.setAttribute("aria-pressed", String(on));
  }

  /** The time step of the character under the pointer; -1 for none. */
  function stepUnder({ clientX, clientY }) {
    const tree = body.getRootNode();
    const found =
      tree instanceof ShadowRoot || tree instanceof Document ? tree.elementFromPoint(clientX, clientY) : null;
    return found instanceof HTMLElement && found.dataset.t !== undefined ? Number(found.dataset.t) : -1;
  }

  function press(event) {
    const step = stepUnder(event);
    if (step < 0) return;
    if (marks && step > 0) {
      between(shown.timeStep || 1, step);
      setMarking(false);
      return;
    }
    if (event.shiftKey && step > 0) {
      event.preventDefault();
      between(shown.timeStep || 1, step);
      return;
    }
    if (context.range) context.mark(null);
    context.select({ timeStep: step });
    if (event.pointerType === "mouse") anchor = step || 1;
  }

  function move(event) {
    if (!(event.buttons & 1)) anchor = null; // let go of outside of the text
    const step = stepUnder(event);
    if (step < 0) return;
    context.hover(step);
    if (anchor !== null && step > 0 && step !== anchor) between(anchor, step);
    else if (anchor !== null && context.range) context.mark(null);
  }

  /** Mark all from one character to another, whichever is first. */
  function between(one, other) {
    context.mark({ start: Math.min(one, other), end: Math.max(one, other) + 1, from: one, to: other });
  }

  /** Shift with an arrow, Home or End moves the end of the marked passage. */
  function extend(event) {
    if (event.key === "Escape" && context.range) {
      context.mark(null);
      event.preventDefault();
      return;
    }
    if (!event.shiftKey) return;
    const last = context.codes.length - 1;
    const { from, to } = context.range ?? { from: shown.timeStep || 1, to: shown.timeStep || 1 };
    const ends = { ArrowLeft: to - 1, ArrowRight: to + 1, Home: 1, End: last };
    const moved = context.range ? ends : { ...ends, ArrowRight: to, ArrowLeft: to };
    if (!Object.hasOwn(ends, event.key) || last < 1) return;
    event.preventDefault();
    between(from, Math.max(1, Math.min(last, moved[event.key])));
  }

  function fill(span, t) {
    const character = t ? context.characters[t - 1] : "";
    const unknown = t > 0 && alphabet.codeOf(character) === alphabet.unknown;
    write(span, t ? inText(character) : context.data.labels[0]);
    span.className = unknown ? "unknown" : t ? (character === "\n" ? "newline" : "") : "beginning";
    span.title = unknown ? `${spoken(character)}: not known to this network` : "";
  }

  /** Colour every character that has been read. */
  function paint() {
    const { line, unit } = shown;
    coloured = context.readUpTo();
    const colour = colours.of(quantityOf(line));
    for (let t = 0; t < spans.length; t++) {
      const value = context.valueAt(line, unit, t);
      const word = Number.isNaN(value) ? null : colour(value);
      if (words[t] === word) continue;
      words[t] = word;
      const { style } = spans[t];
      [style.backgroundColor, style.color] = word === null ? ["", ""] : ink.on(word);
    }
  }

  function mark() {
    const { range, painted } = context;
    for (let t = 1; t < spans.length; t++) {
      const inRange = range !== null && range.start <= t && t < range.end;
      const isPainted = painted.some(({ start, end }) => start <= t && t < end);
      spans[t].classList.toggle("marked", inRange);
      spans[t].classList.toggle("painted", isPainted);
    }
  }

  return {
    element: element(
      "div",
      { class: "reader" },
      body,
      element("div", { class: "bar-of" }, waiting, again, help, marking),
    ),
    load() {
      const { codes, failure } = context;
      while (spans.length < codes.length) {
        const span = element("span", { "data-t": spans.length });
        spans.push(span);
        body.append(span);
      }
      for (const span of spans.splice(codes.length)) span.remove();
      words.length = Math.min(words.length, codes.length);
      spans.forEach(fill);
      write(waiting, failure || "The network is on its way.");
      waiting.hidden = context.readUpTo() > 0;
      again.hidden = !failure;
      help.hidden = !waiting.hidden;
      marking.hidden = codes.length < 2;
      if (shown.line) paint();
      known = "";
    },
    update(next) {
      const recoloured = next.line !== shown.line || next.unit !== shown.unit;
      shown = next;
      if (recoloured || coloured !== context.readUpTo()) paint();
      const marked = JSON.stringify([context.range, context.painted]);
      if (marked !== known) mark();
      known = marked;
      if (now !== next.timeStep) {
        spans[now]?.classList.remove("now");
        now = next.timeStep;
        follow(body, spans[now]);
      }
      spans[now]?.classList.add("now");
      if (looked !== next.looked) {
        spans[looked]?.classList.remove("looked");
        looked = next.looked;
      }
      if (looked !== now) spans[looked]?.classList.add("looked");
    },
  };
}

/** A character where it stands in a text: an end of a line has a sign, so that it has a colour too. */
const inText = (character) => {
  if (character === "\n") return "↵\n";
  return character === " " || character === "\t" ? character : visible(character);
};

const key = (name) => element("kbd", {}, name);
const keysInWords = () => [
  key("←"),
  key("→"),
  " character  ",
  key("↑"),
  key("↓"),
  " unit  ",
  key("Shift"),
  key("→"),
  " mark a passage",
];

/** Keep a part of what scrolls in sight. */
function follow(scroller, part) {
  if (!part || scroller.scrollHeight <= scroller.clientHeight) return;
  const [box, seen] = [part.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (box.bottom > seen.bottom) scroller.scrollTop += box.bottom - seen.bottom + box.height;
  if (box.top < seen.top) scroller.scrollTop -= seen.top - box.top + box.height;
}
