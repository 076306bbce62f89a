// What the network expects: its five likeliest symbols, beside the one that is right.

import { isWanted } from "../../engine/losses.js";
import { whenWanted } from "../../shell/answers.js";
import { element, write } from "../../shell/dom.js";
import { percent } from "../../shell/typeset.js";

const SHOWN = 5;

export function guessesView(context) {
  const rows = Array.from({ length: SHOWN + 1 }, () => {
    const parts = {
      token: element("span", { class: "token" }),
      bar: element("span", { class: "bar" }),
      share: element("span", { class: "share" }),
    };
    const track = element("span", { class: "bar-track" }, parts.bar);
    return { ...parts, element: element("li", {}, parts.token, track, parts.share) };
  });
  const heading = element("h2", {});
  const outcome = element("p", { class: "outcome" });
  const root = element(
    "section",
    { class: "guesses" },
    heading,
    element("ol", {}, ...rows.map((row) => row.element)),
    outcome,
  );

  /** The symbols to be shown at a step: the likeliest, and the right one wherever it stands; none without a question. */
  function chosen(readout, prediction, timeStep) {
    if (!isWanted(readout, timeStep)) return { rank: -1, shown: [] };
    const order = Array.from(prediction.keys()).sort((a, b) => prediction[b] - prediction[a]);
    const rank = order.indexOf(readout.targets[timeStep]);
    return { rank, shown: [...order.slice(0, SHOWN), ...(rank >= SHOWN ? [order[rank]] : [])] };
  }

  return {
    element: root,
    load() {
      const { symbols, wanted } = context.data.readout;
      write(heading, context.heading ?? (wanted ? "What is the answer?" : "What comes next?"));
      root.classList.toggle("asked", Boolean(wanted));
      root.style.setProperty("--letters", Math.max(...symbols.map((symbol) => symbol.length)));
      for (const [place, row] of rows.entries()) row.element.hidden = place > symbols.length - 1;
    },
    update({ timeStep }) {
      const { trace, data } = context;
      const { readout } = data;
      const { symbols, targets, wanted } = readout;
      const prediction = trace.answer(timeStep);
      const target = targets[timeStep];
      const { rank, shown } = chosen(readout, prediction, timeStep);
      const right = wanted ? "wanted" : "came";
      rows.forEach((row, place) => {
        const k = shown[place];
        row.element.classList.toggle("spare", k === undefined);
        if (k === undefined) return;
        row.element.classList.toggle("came", k === target);
        row.element.classList.toggle("apart", place === SHOWN);
        Object.assign(row.element.dataset, { quantity: "prediction", unit: k, value: prediction[k] });
        write(row.token, symbols[k]);
        row.bar.style.transform = `scaleX(${prediction[k]})`;
        write(row.share, percent(prediction[k]) + (k === target ? ` · ${right}` : ""));
      });
      const guess = rank === 0 ? "the network's first guess" : `guess number ${rank + 1} of ${symbols.length}`;
      const which =
        rank < 0
          ? "What came is none of what the network knows."
          : `“${symbols[target]}” ${wanted ? "is wanted" : "came"}: ${guess}.`;
      write(outcome, shown.length ? which : whenWanted(wanted, timeStep));
    },
  };
}
