// What everyone forecasts for one step ahead, and how far from it what came was.

import { element, write } from "../../shell/dom.js";
import { keyLine } from "../../shell/plots.js";
import { methodLook, networkLook } from "./looks.js";
import { stepsInWords } from "./words.js";

const UNKNOWN = "–";

export function outcomeView(context) {
  const { data, forecaster, explain } = context;
  const heading = element("h2", {});
  const verdict = element("p", { class: "verdict-of" });
  const note = element("p", { class: "caption" });
  const ways = forecaster.horizon > 1 ? ["direct", "recursive"] : ["direct"];
  const rows = [
    ...ways.map((way) => wayRow(context, way)),
    ...data.methods.map((method, place) => methodRow(context, method, place)),
  ];
  const table = element(
    "table",
    { class: "outcomes" },
    element("caption", {}, [data.series.quantity, data.series.unit].filter(Boolean).join(", ")),
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...["", "Forecast, 90 % interval", "Off by"].map((title) => element("th", { scope: "col" }, ...explain(title))),
      ),
    ),
    element("tbody", {}, ...rows.map((row) => row.element)),
  );

  return {
    element: element("section", { class: "outcome" }, heading, verdict, table, note),
    update(shown) {
      const { timeStep, ahead } = shown;
      const target = timeStep + 1 + ahead;
      const came = context.original[target] ?? NaN;
      const nearest = nearestOf(rows, shown, came);
      for (const row of rows) row.update(shown, came, row === nearest);
      const there = stepsInWords(ahead + 1, data.series.step);
      const known = target < context.original.length;
      write(
        heading,
        known ? `${context.timeOf(target)}, ${there} ahead` : `${there} after ${context.timeOf(timeStep)}`,
      );
      write(
        verdict,
        known ? cameInWords(context, nearest, shown, came) : "What comes there is not known: the series ends before.",
      );
      write(note, known ? partInWords(data, target) : "");
    },
  };
}

/** A way in which the network forecasts, as a row; the one that is chosen is drawn otherwise. */
function wayRow(context, way) {
  const { data, intervals } = context;
  const keys = [true, false].map((isChosen) => keyLine(networkLook(data, isChosen)));
  const row = rowOf(context, {
    name: way,
    title: way === "direct" ? data.cell.title : `${data.cell.title}, fed back`,
    keys,
    valueAt: (ahead) => context.forecast[way][ahead],
    interval: intervals[way],
  });
  return {
    ...row,
    update(shown, came, isNearest) {
      keys.forEach((key, place) => {
        key.toggleAttribute("hidden", (place === 0) !== (shown.way === way));
      });
      row.update(shown, came, isNearest);
    },
  };
}

const methodRow = (context, { name, title }, place) =>
  rowOf(context, {
    name,
    title,
    keys: [keyLine(methodLook(place))],
    valueAt: (ahead) => context.methods[place].forecast[ahead],
    interval: context.intervalOf(place),
  });

function rowOf(context, { name, title, keys, valueAt, interval }) {
  const [value, between] = [element("span", {}), element("span", { class: "interval" })];
  const off = element("td", {});
  const row = element(
    "tr",
    { "data-method": name },
    element("th", { scope: "row" }, ...keys, ...context.explain(title)),
    element("td", {}, value, between),
    off,
  );
  return {
    element: row,
    title,
    valueAt,
    update({ ahead }, came, isNearest) {
      const forecast = valueAt(ahead);
      const known = Number.isFinite(forecast);
      const missed = Math.abs(came - forecast);
      const ends = [interval.lower, interval.upper].map((end) => context.number(forecast + end[ahead]));
      row.dataset.value = String(forecast);
      row.classList.toggle("nearest", isNearest);
      write(value, known ? context.number(forecast) : UNKNOWN);
      write(between, known ? ends.join(" to ") : UNKNOWN);
      write(off, Number.isFinite(missed) ? context.number(missed) : UNKNOWN);
    },
  };
}

/** Whose forecast was nearest to what came; null where that is not known. */
function nearestOf(rows, { ahead }, came) {
  const miss = (row) => Math.abs(row.valueAt(ahead) - came);
  const known = rows.filter((row) => Number.isFinite(miss(row)));
  return known.length ? known.reduce((best, row) => (miss(row) < miss(best) ? row : best)) : null;
}

function cameInWords({ amount }, { title, valueAt }, { ahead }, came) {
  const off = amount(Math.abs(valueAt(ahead) - came));
  return `${amount(came)} came. Nearest here: ${title}, off by ${off}. One step says little about who forecasts best.`;
}

/** What the part of the series is for in which a step lies. */
function partInWords({ parts }, step) {
  if (step < parts.learned) return "The network has learned from this step: how well it does here is no measure of it.";
  if (step < parts.chosen)
    return "On this part intervals and the moment of training were chosen: it is no measure of the network.";
  return "Nothing was learned from this part, and nothing was chosen on it.";
}
