// What everyone forecasts for one step ahead, and how far from it what came was.

import { element, refill, write } from "../../shell/dom.js";
import { keyLine } from "../../shell/plots.js";
import { methodLook, networkLook } from "./looks.js";
import { stepsInWords } from "./words.js";

export function outcomeView(context) {
  const { data, forecaster } = context;
  const heading = element("h2", {});
  const verdict = element("p", { class: "verdict-of" });
  const body = element("tbody", {});
  const note = element("p", { class: "caption" });
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
        ...["", "Forecast, 90 % interval", "Off by"].map((title) =>
          element("th", { scope: "col" }, ...context.explain(title)),
        ),
      ),
    ),
    body,
  );

  /** The forecasts in the order of the table: {name, title, look, value, interval}. */
  function forecasts({ ahead, way }) {
    const ways = forecaster.horizon > 1 ? ["direct", "recursive"] : ["direct"];
    const own = ways.map((each) => ({
      name: each,
      title: each === "direct" ? data.cell.title : `${data.cell.title}, fed back`,
      look: networkLook(data, each === way),
      value: context.forecast[each][ahead],
      interval: context.intervals[each],
    }));
    const simple = context.methods.map(({ name, title, forecast, interval }, place) => ({
      name,
      title,
      look: methodLook(place),
      value: forecast[ahead],
      interval,
    }));
    return [...own, ...simple];
  }

  function row({ name, title, look, value, interval }, { ahead, came, nearest }) {
    const known = Number.isFinite(value);
    const [low, high] = [value + interval.lower[ahead], value + interval.upper[ahead]];
    const missed = Math.abs(came - value);
    return element(
      "tr",
      { "data-method": name, "data-value": value, class: name === nearest ? "nearest" : "" },
      element("th", { scope: "row" }, keyLine(look), title),
      element(
        "td",
        {},
        known ? context.number(value) : "–",
        element("span", { class: "interval" }, known ? `${context.number(low)} to ${context.number(high)}` : "–"),
      ),
      element("td", {}, Number.isFinite(missed) ? context.number(missed) : "–"),
    );
  }

  return {
    element: element("section", { class: "outcome" }, heading, verdict, table, note),
    update(shown) {
      const { timeStep, ahead } = shown;
      const target = timeStep + 1 + ahead;
      const came = context.original[target] ?? NaN;
      const found = forecasts(shown);
      const nearest = nearestOf(found, came);
      const there = stepsInWords(ahead + 1, data.series.step);
      const known = target < context.original.length;
      write(
        heading,
        known ? `${context.timeOf(target)}, ${there} ahead` : `${there} after ${context.timeOf(timeStep)}`,
      );
      write(
        verdict,
        known
          ? `${context.amount(came)} came. ${nearestInWords(context, nearest, came)}`
          : "What comes there is not known: the series ends before.",
      );
      refill(body, ...found.map((one) => row(one, { ahead, came, nearest: nearest?.name })));
      write(note, known ? partInWords(data, target) : "");
    },
  };
}

/** Which forecast was nearest to what came; null where that is not known. */
function nearestOf(forecasts, came) {
  const known = forecasts.filter(({ value }) => Number.isFinite(Math.abs(value - came)));
  const miss = ({ value }) => Math.abs(value - came);
  return known.length ? known.reduce((best, one) => (miss(one) < miss(best) ? one : best)) : null;
}

function nearestInWords({ amount }, { title, value }, came) {
  return `Nearest here: ${title}, off by ${amount(Math.abs(value - came))}. One step says little about who forecasts best.`;
}

/** What the part of the series is for in which a step lies. */
function partInWords({ parts }, step) {
  if (step < parts.learned) return "The network has learned from this step: how well it does here is no measure of it.";
  if (step < parts.chosen)
    return "On this part intervals and the moment of training were chosen: it is no measure of the network.";
  return "Nothing was learned from this part, and nothing was chosen on it.";
}
