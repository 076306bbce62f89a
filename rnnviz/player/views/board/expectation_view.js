// What one network of the board expects next: its likeliest symbols, before and after the changes, side by side.

import { largest } from "../../engine/arrays.js";
import { element, write } from "../../shell/dom.js";
import { percent, percentInShort } from "../../shell/typeset.js";

const SHOWN = 5;

export function expectationView(context, run) {
  const cell = (kind) => {
    const bar = element("span", { class: "bar" });
    const share = element("span", { class: "share" });
    return { bar, share, element: element("td", { class: kind }, element("span", { class: "bar-track" }, bar), share) };
  };
  const rows = Array.from({ length: SHOWN + 1 }, () => {
    const [token, after, before] = [element("th", { scope: "row" }), cell("after"), cell("before")];
    return { token, after, before, element: element("tr", {}, token, after.element, before.element) };
  });
  const head = ["Next", "Changed", "Unchanged"].map((name) => element("th", { scope: "col" }, name));
  const outcome = element("p", { class: "caption" });

  /** What really comes after a step, a changed letter included. */
  function target(timeStep) {
    const changed = context.changes.find((change) => change.kind === "read" && change.timeStep === timeStep + 1);
    return changed?.index ?? run().data.readout.targets[timeStep];
  }

  return {
    element: element(
      "div",
      { class: "expectation" },
      element(
        "table",
        {},
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...rows.map((row) => row.element)),
      ),
      outcome,
    ),
    update({ timeStep }) {
      const { now, unchanged, changed, data } = run();
      const { symbols } = data.readout;
      const [after, before] = [now, unchanged].map((trace) => trace.answer(timeStep));
      const likeliest = Array.from(after.keys()).sort(
        (a, b) => Math.max(after[b], before[b]) - Math.max(after[a], before[a]),
      );
      const came = target(timeStep);
      const best = [after, before].map(largest);
      const shown = among(likeliest, SHOWN, best);
      if (!shown.includes(came)) shown.push(came);
      write(head[1], changed ? "Changed" : "Expected");
      head[2].classList.toggle("spare", !changed);
      rows.forEach((row, place) => {
        const k = shown[place];
        row.element.classList.toggle("spare", k === undefined);
        if (k === undefined) return;
        row.element.classList.toggle("came", k === came);
        write(row.token, symbols[k]);
        for (const [parts, shares] of [
          [row.after, after],
          [row.before, before],
        ]) {
          parts.bar.style.transform = `scaleX(${shares[k]})`;
          write(parts.share, percentInShort(shares[k]));
          Object.assign(parts.element.dataset, { quantity: "prediction", unit: k, value: shares[k] });
        }
        row.before.element.classList.toggle("spare", !changed);
      });
      const guess = ([k, shares]) => `“${symbols[k]}” (${percent(shares[k])})`;
      const [guessed, first] = [guess([best[0], after]), guess([best[1], before])];
      const told = changed ? `Best guess before: ${first}, now: ${guessed}.` : `Best guess: ${guessed}.`;
      write(outcome, `${told} “${symbols[came]}” came.`);
    },
  };
}

/** The first few of a list in order, all that are wanted among them: these take the places of the last others. */
function among(list, count, wanted) {
  const others = list.filter((one) => !wanted.includes(one)).slice(0, count - new Set(wanted).size);
  return list.filter((one) => wanted.includes(one) || others.includes(one));
}
