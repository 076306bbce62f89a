// What the network expects next: its five likeliest symbols, beside the one that really came.

import { element } from "./dom.js";
import { percent } from "./typeset.js";

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
  const outcome = element("p", { class: "outcome" });
  const root = element(
    "section",
    { class: "guesses" },
    element("h2", {}, "What comes next?"),
    element("ol", {}, ...rows.map((row) => row.element)),
    outcome,
  );

  return {
    element: root,
    load() {},
    update({ timeStep }) {
      const { trace, data } = context;
      const { symbols, targets } = data.readout;
      const prediction = trace.at("y", timeStep);
      const order = Array.from(prediction.keys()).sort((a, b) => prediction[b] - prediction[a]);
      const target = targets[timeStep];
      const rank = order.indexOf(target);
      const shown = [...order.slice(0, SHOWN), ...(rank >= SHOWN ? [target] : [])];
      rows.forEach((row, place) => {
        const k = shown[place];
        row.element.classList.toggle("spare", k === undefined);
        if (k === undefined) return;
        row.element.classList.toggle("came", k === target);
        row.element.classList.toggle("apart", place === SHOWN);
        Object.assign(row.element.dataset, { quantity: "prediction", unit: k, value: prediction[k] });
        row.token.textContent = symbols[k];
        row.bar.style.transform = `scaleX(${prediction[k]})`;
        row.share.textContent = percent(prediction[k]) + (k === target ? " · came" : "");
      });
      outcome.textContent =
        rank === 0
          ? `“${symbols[target]}” came: the network's first guess.`
          : `“${symbols[target]}” came: guess number ${rank + 1} of ${symbols.length}.`;
    },
  };
}
