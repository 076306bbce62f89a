// A text that somebody writes, coloured by how it surprised its writer, and what the chosen character was drawn from.

import { spoken, visible } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { Ink } from "../../shell/ink.js";
import { format, percent, percentInShort } from "../../shell/typeset.js";

/** So many symbols stand in the table, beside the one that was drawn. */
const SHOWN = 7;

/**
 * @param {Record<string, any>} context
 * @param {{ key: string, title: string, about: string, colour: string }} author
 */
export function writtenView(context, author) {
  const writing = () => context.writings[author.key];
  const text = textView(context, writing);
  const table = drawView(context, writing);
  const said = element("p", { class: "caption said" });
  const heading = element("h3", {});
  const root = element(
    "section",
    { class: "card column-card", "data-author": author.key, style: `--variant: ${author.colour}` },
    element("h2", {}, author.title),
    element("p", { class: "caption" }, ...context.explain(author.about)),
    text.element,
    said,
    heading,
    table.element,
  );
  return {
    element: root,
    paint() {
      root.hidden = !writing();
      if (root.hidden) return;
      text.paint();
      write(said, inWords(context, author.key));
    },
    update(shown) {
      if (root.hidden || !writing().length) return;
      const timeStep = Math.min(shown.timeStep, writing().length - 1);
      write(heading, `What character ${timeStep + 1} was drawn from`);
      text.update(timeStep);
      table.update(timeStep);
    },
  };
}

/** The prompt and what was written after it: click a character to choose it. */
function textView(context, writing) {
  const prompt = element("span", { class: "given" });
  const body = element("span", { click: choose });
  const root = element(
    "div",
    { class: "transcript", role: "group", tabindex: "0", "aria-label": "Text", "data-follows": "steps" },
    prompt,
    body,
  );
  const ink = new Ink(context.colours.palette);
  const colour = context.colours.of(context.data.surprise);
  /** @type {HTMLElement[]} */
  const spans = [];
  /** What each of them shows. @type {Record<string, any>[]} */
  const filled = [];
  let now = 0;
  let shown = "";

  function choose(event) {
    const step = spans.indexOf(event.target);
    if (step >= 0) context.select({ timeStep: step });
  }

  function paintPrompt() {
    const characters = context.prompt;
    if (shown === characters.join("")) return;
    shown = characters.join("");
    const { alphabet } = context;
    const parts = characters.map((character) =>
      alphabet.codeOf(character) === alphabet.unknown
        ? element("span", { class: "unknown", title: "unknown: reads as nothing" }, character)
        : character,
    );
    prompt.replaceChildren(...parts);
  }

  function fill(span, { code, probabilities }, step) {
    const symbol = context.alphabet.symbols[code];
    write(span, symbol);
    span.classList.toggle("newline", symbol === "\n");
    const [fill, on] = ink.on(colour(-Math.log2(probabilities[code])));
    span.style.setProperty("--fill", fill);
    span.style.setProperty("--on", on);
    span.title = `Character ${step + 1}: ${spoken(symbol)}, ${percent(probabilities[code])}`;
  }

  return {
    element: root,
    paint() {
      paintPrompt();
      const { steps } = writing();
      for (const span of spans.splice(steps.length)) span.remove();
      for (const [place, step] of steps.entries()) {
        if (filled[place] === step && spans[place]) continue;
        spans[place] ??= body.appendChild(element("span", { class: place > now ? "ahead" : "" }));
        fill(spans[place], step, place);
        filled[place] = step;
      }
    },
    update(step) {
      for (let place = Math.min(now, step); place <= Math.max(now, step); place++)
        spans[place]?.classList.toggle("ahead", place > step);
      spans[now]?.classList.remove("now");
      now = step;
      spans[now].classList.add("now");
      follow(root, spans[now]);
    },
  };
}

/** Keep a part of what scrolls in sight. */
function follow(scroller, part) {
  if (scroller.scrollHeight <= scroller.clientHeight) return;
  const [box, seen] = [part.getBoundingClientRect(), scroller.getBoundingClientRect()];
  if (box.bottom > seen.bottom) scroller.scrollTop += box.bottom - seen.bottom + box.height;
  if (box.top < seen.top) scroller.scrollTop -= seen.top - box.top + box.height;
}

/** What a character was drawn from: how probable the symbols were, and what temperature, top-k and nucleus left of it. */
function drawView(context, writing) {
  const cell = () => {
    const bar = element("span", { class: "bar" });
    const share = element("span", { class: "share" });
    return { bar, share, element: element("td", {}, element("span", { class: "bar-track" }, bar), share) };
  };
  const rows = Array.from({ length: SHOWN + 1 }, () => {
    const parts = { symbol: element("th", { scope: "row" }), given: cell(), left: cell() };
    return { ...parts, element: element("tr", {}, parts.symbol, parts.given.element, parts.left.element) };
  });
  const outcome = element("p", { class: "outcome" });
  const headings = ["Next", "Probability", "Drawn from"].map((title) => element("th", { scope: "col" }, title));

  function put({ bar, share }, value, words) {
    bar.style.transform = `scaleX(${value})`;
    write(share, words);
  }

  return {
    element: element(
      "div",
      { class: "drawn" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...headings)),
        element("tbody", {}, ...rows.map((row) => row.element)),
      ),
      outcome,
    ),
    update(timeStep) {
      const { code, probabilities, left } = writing().steps[timeStep];
      const { symbols } = context.alphabet;
      const order = [...probabilities.keys()].sort((a, b) => probabilities[b] - probabilities[a] || a - b);
      const rank = order.indexOf(code);
      const shown = [...order.slice(0, SHOWN), ...(rank >= SHOWN ? [code] : [])];
      rows.forEach((row, place) => {
        const k = shown[place];
        row.element.classList.toggle("spare", k === undefined);
        if (k === undefined) return;
        row.element.classList.toggle("came", k === code);
        row.element.classList.toggle("cut", left[k] === 0);
        Object.assign(row.element.dataset, { code: k, probability: probabilities[k], left: left[k] });
        write(row.symbol, visible(symbols[k]));
        put(row.given, probabilities[k], percentInShort(probabilities[k]));
        put(row.left, left[k], left[k] ? percentInShort(left[k]) : "cut");
      });
      write(outcome, drawInWords(visible(symbols[code]), left, code));
    },
  };
}

function drawInWords(symbol, left, code) {
  const choices = left.reduce((count, one) => count + Number(one > 0), 0);
  if (choices === 1) return `“${symbol}” is taken: nothing else is left to draw from.`;
  return `“${symbol}” was drawn, one of ${choices} that are left, with a chance of ${percent(left[code])}.`;
}

const loopInWords = ({ period, from }) =>
  period === 1
    ? `It repeats one character from character ${from + 1} on.`
    : `It repeats itself every ${period} characters from character ${from + 1} on.`;

/**
 * What is to be said of a text: a loop, how it surprises, where it leaves the unchanged one.
 *
 * @param {Record<string, any>} context
 * @param {string} key
 */
function inWords({ writings, at, sameFor }, key) {
  const writing = writings[key];
  if (writing.stuck) return "Its numbers have become too large: nothing can be drawn any more.";
  if (writing.length < at.characters) return "It is still writing.";
  const sentences = [`On average a character surprised it by ${format(writing.bits(), 2)} bits.`];
  const loop = writing.loop();
  if (loop) sentences.unshift(loopInWords(loop));
  if (key === "changed") {
    const same = sameFor();
    sentences.unshift(
      same >= at.characters
        ? "It writes the same as the unchanged network."
        : `From character ${same + 1} on it is not the text of the unchanged network.`,
    );
  }
  return sentences.join(" ");
}
