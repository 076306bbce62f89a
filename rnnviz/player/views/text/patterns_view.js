// Where else the units that switch with the marked passage do so: a search in a text that ships.

import { PatternIndex, switchingUnits } from "../../engine/patterns.js";
import { readSafetensors } from "../../engine/safetensors.js";
import { inLine } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { bytesOf, forget, whyOf } from "../../shell/fetching.js";
import { percent } from "../../shell/typeset.js";

/** So many passages are looked for, and so many units at the most are searched for together. */
const [PASSAGES, UNITS] = [20, 12];
/** So many characters stand before and after a passage. */
const AROUND = 28;
/** What stands for a character that the network does not know. */
const UNKNOWN = "\ufffd";

export function patternsView(context) {
  const { file, line, near, labels } = context.data.patterns;
  const button = element("button", { type: "button", click: find }, "Find where the same units switch");
  const units = element("div", { class: "tabs", role: "group", "aria-label": "Units that switch with the passage" });
  const told = element("p", { class: "verdict-of", role: "status" });
  const shares = element("ul", { class: "shares" });
  const list = element("ol", { class: "found" });
  /** @type {PatternIndex | null} */
  let index = null;
  /** @type {{ chosen: Set<number>, all: number[], length: number } | null} what is searched for */
  let query = null;
  /** @type {{ range: any, codes: any }} the passage of which text is searched for */
  let about = { range: undefined, codes: undefined };

  async function find() {
    if (!index) {
      write(told, "The index is on its way.");
      try {
        index = new PatternIndex(readSafetensors(await bytesOf(file)), near);
      } catch (error) {
        forget(file);
        write(told, `The index could not be fetched: ${whyOf(error)}. Press the button to try again.`);
        return;
      }
    }
    if (!context.range || !context.isComplete()) return;
    const all = switching(index, context.range);
    query = { all, chosen: new Set(all.slice(0, UNITS)), length: context.range.end - context.range.start };
    show();
  }

  /** The units that switch with a passage of the text that is read, those first that are furthest above their thresholds. */
  function switching({ threshold }, { start, end }) {
    const rows = context.reading().rows(line).slice(1); // of the text alone
    const on = Array.from(threshold, (least, unit) => Uint8Array.from(rows, (row) => Number(row[unit] > least)));
    const passage = { start: start - 1, end: end - 1 };
    const above = (unit) => {
      const inside = rows.slice(passage.start, passage.end);
      return inside.reduce((sum, row) => sum + row[unit], 0) / inside.length - threshold[unit];
    };
    return switchingUnits(on, passage, near).sort((a, b) => above(b) - above(a));
  }

  function show() {
    if (!query || !index) return;
    const { all, chosen, length } = query;
    units.replaceChildren(
      ...all.map((unit) =>
        element(
          "button",
          { type: "button", "aria-pressed": String(chosen.has(unit)), click: () => toggle(unit) },
          `${line} ${unit + 1}`,
        ),
      ),
    );
    const found = chosen.size ? index.search([...chosen], length, PASSAGES) : [];
    write(told, saidOf(all, chosen, index));
    const counted = found.length ? [...index.shares(found)] : [];
    shares.replaceChildren(
      ...counted.map(([name, share]) => element("li", { "data-label": name }, labelInWords(labels[name], share))),
    );
    list.replaceChildren(...found.map((passage) => passageOf(passage)));
  }

  function toggle(unit) {
    if (!query) return;
    if (query.chosen.has(unit)) query.chosen.delete(unit);
    else query.chosen.add(unit);
    show();
  }

  function passageOf({ start, end, switching: many }) {
    const text = (from, to) =>
      Array.from(index?.codes.slice(Math.max(0, from), to) ?? [], (code) => {
        return inLine(context.alphabet.symbols[code] ?? UNKNOWN);
      }).join("");
    return element(
      "li",
      { "data-start": start, "data-end": end, "data-switching": many },
      element("code", {}, text(start - AROUND, start), element("mark", {}, text(start, end)), text(end, end + AROUND)),
      element("span", { class: "caption" }, ` ${many} of ${query?.chosen.size}`),
    );
  }

  return {
    element: element(
      "section",
      { class: "patterns" },
      element("h3", {}, "Passages where the same units switch"),
      told,
      button,
      units,
      shares,
      list,
    ),
    update() {
      const { range, codes } = context;
      button.hidden = range === null;
      if (range === about.range && codes === about.codes) return;
      about = { range, codes };
      query = null;
      for (const part of [units, shares, list]) part.replaceChildren();
      write(
        told,
        range
          ? "A unit switches with a passage when it is on at each of its characters and off just outside it."
          : "Mark a passage, and see where else in the held-out text the same units switch on and off.",
      );
    },
  };
}

/** What was found, in a sentence. */
function saidOf(all, chosen, index) {
  if (!all.length) return "No unit switches with this passage: try one that begins or ends where something does.";
  if (!chosen.size) return "Choose a unit at least.";
  const units = chosen.size === 1 ? "the unit switches" : `most of the ${chosen.size} units switch`;
  return `The passages in which ${units}, the best first, in ${index.length.toLocaleString("en")} characters that it has not learned from:`;
}

/** How many of the passages are so, beside all characters. */
const labelInWords = (title, { found, all }) =>
  `${title}: ${percent(found)} of these passages, ${percent(all)} of all characters`;
