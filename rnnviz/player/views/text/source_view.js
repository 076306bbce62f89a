// What is read: one of the texts that are there, or what a person types.

import { assign, element, write } from "../../shell/dom.js";
import { unknownInWords } from "./unknown.js";

export function sourceView(context) {
  const { samples } = context.data;
  let opened = context.typed !== null;
  const told = element("p", { class: "caption", "aria-live": "polite" });
  const typed = element("textarea", {
    rows: "5",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "aria-label": "Your text",
    input: () => context.type(typed.value),
  });
  const buttons = samples.map((sample) =>
    element("button", { type: "button", click: () => choose(sample) }, sample.title),
  );
  const own = element("button", { type: "button", click: writeOwn }, "Write your own");

  function choose(sample) {
    opened = false;
    context.choose(sample);
  }

  function writeOwn() {
    opened = true;
    context.type(context.typed ?? context.sample.text);
    typed.focus();
  }

  return {
    element: element(
      "div",
      { class: "source" },
      element(
        "div",
        { class: "beside" },
        element("span", {}, "Text"),
        element("div", { class: "tabs", role: "group", "aria-label": "Text" }, ...buttons, own),
      ),
      typed,
      told,
    ),
    load() {
      const { typed: text, sample, problem } = context;
      typed.hidden = !opened;
      assign(typed, { value: text ?? sample.text });
      samples.forEach((one, place) => {
        buttons[place].setAttribute("aria-pressed", String(text === null && one === sample));
      });
      own.setAttribute("aria-pressed", String(text !== null));
      const words = problem || readInWords(context);
      write(told, words);
      told.hidden = !words;
      told.classList.toggle("refused", problem !== "");
    },
  };
}

/**
 * What is to be said of a text that is read.
 *
 * @param {Record<string, any>} context
 */
const readInWords = ({ alphabet, characters }) =>
  characters.length ? unknownInWords(alphabet, characters) : "There is nothing to read yet: type or paste a text.";
