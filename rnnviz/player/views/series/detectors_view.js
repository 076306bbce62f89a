// The methods in a table: what the alarms of each find at the threshold, and when each notices what a person has changed.

import { found, highest, noticed, precisionOf } from "../../engine/detecting.js";
import { assign, element, write } from "../../shell/dom.js";
import { percent } from "../../shell/typeset.js";
import { inDigits } from "./series_chart.js";

/** What stands in the columns of a series with labels, and of one without. */
const LABELLED = [
  "Method",
  "Events found",
  "False alarms in 1,000 steps",
  "Precision",
  "Recall",
  "All found, none false",
  "Your change",
];
const UNLABELLED = ["Method", "Alarms in 1,000 steps", "Highest score", "Your change"];

export function detectorsView(context) {
  const { data } = context;
  const labelled = data.events.length > 0;
  const titles = labelled ? LABELLED : UNLABELLED;
  const rows = context.detectors.map((detector) => {
    const choose = element(
      "button",
      { type: "button", "aria-pressed": "false", click: () => context.select({ line: detector.name }) },
      detector.title,
    );
    const cells = titles.slice(1).map(() => element("td", {}));
    return { detector, choose, cells, row: element("tr", {}, element("th", { scope: "row" }, choose), ...cells) };
  });
  const table = element(
    "table",
    { class: "ranked detectors" },
    element("caption", {}, "Press a method to see its scores."),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...titles.map((title) => element("th", { scope: "col" }, ...(labelled ? context.explain(title) : [title]))),
      ),
    ),
    element("tbody", {}, ...rows.map(({ row }) => row)),
  );

  function judged({ scores }) {
    const now = found(scores.scores, context.threshold, data.events, context.usual);
    const perThousand = now.steps ? inDigits((1000 * now.falseAlarms) / now.steps, 1) : "–";
    if (!labelled) return [perThousand, highestInWords(scores.scores)];
    const precision = precisionOf(now);
    return [
      eventsInWords(now, data.events.length),
      perThousand,
      Number.isNaN(precision) ? "–" : percent(precision),
      percent(now.events / data.events.length),
      clear(scores.scores),
    ];
  }

  /** At which thresholds every event is found and no alarm is false. */
  function clear(scores) {
    const least = Math.min(...data.events.map(([start, stop]) => highest(scores, start, stop)));
    const top = scores.reduce((best, score, t) => (context.usual[t] && score > best ? score : best), 0);
    return least > top ? `${inDigits(top, 1)} to ${inDigits(least, 1)}` : "at no threshold";
  }

  /** The highest score of what was not learned from, and when it is. */
  function highestInWords(scores) {
    let best = -1;
    for (let t = 0; t < scores.length; t++)
      if (context.usual[t] && scores[t] > (best < 0 ? -1 : scores[best])) best = t;
    return best < 0 ? "–" : `${inDigits(scores[best], 1)} at ${data.labels[best]}`;
  }

  return {
    element: element("div", { class: "scroller" }, table),
    update({ line }) {
      for (const { detector, choose, cells } of rows) {
        assign(choose, { ariaPressed: detector.name === line });
        write(cells[cells.length - 1], changeInWords(context, detector));
        if (context.dragged) continue; // all else waits until a hand rests
        const texts = detector.scores.isComplete ? judged(detector) : reading(detector, cells.length - 1);
        for (const [k, text] of texts.entries()) write(cells[k], text);
      }
    },
  };
}

/** What stands there while a network reads. */
const reading = ({ scores }, columns) => [
  `reads, ${percent(scores.share)}`,
  ...Array.from({ length: columns - 1 }, () => "…"),
];

function eventsInWords({ after, events }, all) {
  const slowest = Math.max(...after.filter((one) => one !== null));
  if (!events) return `0 of ${all}`;
  if (!slowest) return `${events} of ${all}, at once`;
  return slowest === 1 ? `${events} of ${all}, after 1 step` : `${events} of ${all}, after up to ${slowest} steps`;
}

/** When a method notices what a person has changed. */
function changeInWords(context, detector) {
  const change = context.change();
  if (!change) return "–";
  const [start, stop] = change;
  if (!detector.scores.knows(start, stop) || !detector.before.knows(start, stop)) return "…";
  const steps = noticed(detector.scores.scores, detector.before.scores, context.threshold, change);
  if (steps === null) return "not noticed";
  if (!steps) return "at once";
  return steps === 1 ? "1 step later" : `${steps} steps later`;
}
