// What a person has painted, and the units that tell it: chosen on one part of the text, scored on the other.

import { quoted } from "../../shell/characters.js";
import { element, write } from "../../shell/dom.js";
import { format } from "../../shell/typeset.js";

/** With fewer painted characters in the part that scores, a score says little. */
const FEW = 10;

export function paintedView(context) {
  const list = element("ul", { class: "changes" });
  const verdict = element("p", { class: "verdict-of" });
  const counts = element("p", { class: "caption" });
  const body = element("tbody", {});
  const table = element(
    "table",
    { class: "ranked" },
    element("caption", {}, "The units that tell best what is painted, by the area under the ROC curve (AUC)"),
    element(
      "thead",
      {},
      element("tr", {}, ...["Unit", "Where it is painted", "Chosen on", "Held out"].map(columnHead)),
    ),
    body,
  );
  let filled = -1; // the edition of the text and the passages that what stands there is of

  function fill() {
    const { painted, characters } = context;
    list.replaceChildren(
      ...painted.map((passage) =>
        element(
          "li",
          {},
          element("span", { class: "quoted" }, quoted(characters.slice(passage.start - 1, passage.end - 1))),
          element(
            "button",
            {
              type: "button",
              "aria-label": `Unpaint steps ${passage.start + 1} to ${passage.end}`,
              click: () => context.unpaint(passage),
            },
            "×",
          ),
        ),
      ),
    );
    const found = painted.length ? context.ranked() : null;
    const ranked = found !== null && found.chosenOn.others > 0;
    for (const part of [table, counts]) part.hidden = !ranked;
    write(verdict, found ? verdictOf(found) : "Paint one passage or several: the units that are high there are found.");
    if (!ranked) return;
    write(counts, countsInWords(found));
    body.replaceChildren(...found.units.map((one) => row(one)), characterRow(found.character));
  }

  function row({ line, unit, high, chosen, score }) {
    const button = element(
      "button",
      { type: "button", class: "link", click: () => context.select({ line, unit }) },
      `${line} ${unit + 1}`,
    );
    return element(
      "tr",
      { "data-line": line, "data-unit": unit, "data-chosen": chosen, "data-score": score },
      element("th", { scope: "row" }, button),
      cell(high ? "high" : "low"),
      cell(shareOf(chosen)),
      cell(shareOf(score)),
    );
  }

  return {
    element: element(
      "section",
      { class: "painting" },
      element("h3", {}, ...context.explain("Units that are high here")),
      verdict,
      list,
      table,
      counts,
    ),
    update() {
      if (filled === context.edition || !context.isComplete()) return;
      fill();
      filled = context.edition;
    },
  };
}

const columnHead = (title) => element("th", { scope: "col" }, title);
const cell = (text) => element("td", {}, text);
const shareOf = (area) => (Number.isNaN(area) ? "–" : format(area, 3));

function characterRow(area) {
  return element(
    "tr",
    { class: "control", "data-score": area },
    element("th", { scope: "row" }, "The character alone"),
    cell(""),
    cell(""),
    cell(shareOf(area)),
  );
}

/** What the ranking says, in a sentence. */
function verdictOf({ units: [best], character, chosenOn, scoredOn }) {
  if (!chosenOn.others) return "All of the text is painted: there is nothing to compare it with. Paint less of it.";
  const name = `${best.line} ${best.unit + 1}`;
  if (!scoredOn)
    return (
      `Unit ${name} is ${best.high ? "highest" : "lowest"} here, but with one passage nothing can be held out: among so ` +
      "many units one always fits. Paint a second passage of the same kind."
    );
  if (Number.isNaN(best.score))
    return "Nothing can be held out: one of the two parts of the text is painted throughout. Paint less of it.";
  const scored = `Unit ${name}, chosen on the first part, reaches ${format(best.score, 3)} on the other`;
  if (scoredOn.painted < FEW)
    return `${scored}; only ${scoredOn.painted} characters are painted there, so that says little.`;
  if (best.score > character) return `${scored}; what the character alone tells reaches ${format(character, 3)}.`;
  return `${scored}; the character alone tells as much (${format(character, 3)}), so that is no finding.`;
}

/** On how many characters the units were chosen and scored. */
function countsInWords({ chosenOn, scoredOn }) {
  const part = ({ painted, others }) => `${painted} painted and ${others} other characters`;
  if (!scoredOn) return `Chosen on ${part(chosenOn)}. 1 is always right, 0.5 is chance.`;
  return `Chosen on ${part(chosenOn)}, held out ${part(scoredOn)}. 1 is always right, 0.5 is chance.`;
}
