// One character: what was expected there, and how the chosen unit came to its value.

import { spoken, visible } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { format, percent } from "../../shell/typeset.js";
import { formulaView } from "../network/formula.js";
import { guessesView } from "../network/guesses.js";
import { PROBABILITY, SURPRISE } from "./lines.js";

export function characterView(context) {
  const symbols = context.alphabet.symbols.map(visible);
  const expected = {
    data: { readout: { symbols, targets: [], wanted: null } },
    trace: { answer: (t) => context.trace.answer(t) },
    heading: "What was expected here",
  };
  const guesses = guessesView(expected);
  const formula = formulaView(context);
  const heading = element("h2", {});
  const surprise = element("p", { class: "caption" });
  const nothing = element(
    "p",
    { class: "caption" },
    "Before the first character stands the beginning: all begin here.",
  );
  const before = element("div", { class: "before-it" }, guesses.element, surprise);
  const open = element("button", { type: "button", click: () => context.open(!context.inside) });
  const root = element("section", { class: "character" }, heading, before, nothing, formula.element, open);

  return {
    element: root,
    load() {
      expected.data.readout.targets = context.codes.slice(1);
      guesses.load();
      formula.load();
    },
    update(shown) {
      const { looked, line } = shown;
      const there = looked < context.readUpTo();
      for (const part of [before, nothing, formula.element, open]) part.hidden = !there;
      write(heading, headingOf(context, looked));
      if (!there) return;
      before.hidden = looked === 0;
      nothing.hidden = looked > 0;
      if (looked) {
        guesses.update({ timeStep: looked - 1 });
        write(surprise, surpriseInWords(context, looked));
      }
      formula.element.hidden = line === SURPRISE || line === PROBABILITY;
      if (!formula.element.hidden) formula.update({ ...shown, timeStep: looked });
      write(open, context.inside ? "Close the cell" : "Open this character in step through");
      open.setAttribute("aria-expanded", String(context.inside));
    },
  };
}

function headingOf({ characters, codes }, t) {
  if (!t) return `Step 1 of ${codes.length}: the beginning`;
  const character = characters[t - 1];
  const name = spoken(character) === character ? `“${character}”` : spoken(character);
  return `Step ${t + 1} of ${codes.length}: ${name}`;
}

/** How much a character surprised, worked out from its probability. */
function surpriseInWords(context, t) {
  const bits = context.valueAt(SURPRISE, 0, t);
  if (Number.isNaN(bits)) return "The network does not know this character: it gave it no probability.";
  const probability = context.valueAt(PROBABILITY, 0, t);
  return `It had a probability of ${percent(probability)}: a surprise of −log₂ ${format(probability)} = ${format(bits, 2)} bits.`;
}
