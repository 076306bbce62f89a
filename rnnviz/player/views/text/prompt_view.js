// What a text begins with, typed by a person, and how it is gone on with: temperature, top-k, nucleus, seed and length.

import { charactersOf } from "../../engine/text.js";
import { dialsView } from "../../shell/dials.js";
import { element, write } from "../../shell/dom.js";
import { unknownInWords } from "./unknown.js";

export function promptView(context) {
  const { longest } = context.data.prompt;
  const told = element("p", { class: "caption", "aria-live": "polite" });
  const typed = element("textarea", {
    rows: "2",
    spellcheck: "false",
    autocapitalize: "off",
    autocomplete: "off",
    "aria-label": "Prompt",
    input() {
      const length = charactersOf(typed.value).length;
      if (length <= longest) context.type(typed.value);
      tell(length);
    },
  });
  typed.value = context.at.prompt;
  const dials = dialsView(context.data.dials, (name) => context.at[name], context.turn, context.explain);

  function tell(length) {
    const words = length > longest ? tooLong(length, longest) : promptInWords(context);
    write(told, words);
    told.hidden = !words;
    told.classList.toggle("refused", length > longest);
  }

  return {
    element: element(
      "section",
      { class: "card prompt", "aria-label": "Prompt and sampling" },
      element("label", { class: "field" }, element("span", {}, ...context.explain("Prompt")), typed),
      told,
      dials.element,
    ),
    load: () => tell(charactersOf(typed.value).length),
    update: dials.update,
  };
}

const counted = (number) => number.toLocaleString("en");

const tooLong = (length, longest) =>
  `A prompt can have up to ${counted(longest)} characters, and this one has ${counted(length)}: ` +
  "until it is shorter the text goes on from the last one that was not.";

/** What is to be said of a prompt that is read. */
function promptInWords({ alphabet, prompt }) {
  if (!prompt.length) return "Without a prompt it writes the beginning of a text.";
  return unknownInWords(alphabet, prompt);
}
