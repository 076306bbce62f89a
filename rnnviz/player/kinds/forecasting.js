// A network forecasts a series from any step of it: drag a past value and the forecast follows, beside simple methods.

import { decode } from "../engine/arrays.js";
import { Forecast, Forecaster } from "../engine/forecasting.js";
import { changedSeries, readSeriesChanges, refusedChoices, writeSeriesChanges } from "../engine/series_changes.js";
import { methodOf } from "../engine/simple_methods.js";
import { within } from "../shell/clock.js";
import { controlsView } from "../shell/controls.js";
import { element, write } from "../shell/dom.js";
import { stage } from "../shell/stage.js";
import { aheadView } from "../views/series/ahead_view.js";
import { changedValuesView } from "../views/series/changed_values_view.js";
import { fanView } from "../views/series/fan_view.js";
import { insideView } from "../views/series/inside_view.js";
import { lookBackView } from "../views/series/look_back_view.js";
import { outcomeView } from "../views/series/outcome_view.js";
import { decimalsFor, inDigits } from "../views/series/series_chart.js";
import { wholeView } from "../views/series/whole_view.js";
import { stepsInWords } from "../views/series/words.js";

/** @import { ForecastingData, Options, Player, Quantity } from "../shell/types.js" */

const MILLISECONDS_A_STEP = 300;
/** Values are shown so that differences of this share of how far they usually lie apart can be seen. */
const SEEN = 1 / 20;
/** What takes longer than a frame waits until a hand has rested so long, and then goes on for so long at once. */
const [REST, AT_ONCE] = [150, 8];

/**
 * Show a network that forecasts.
 *
 * @param {HTMLElement} root the element to fill
 * @param {ForecastingData} data
 * @param {Options} options as for `mount` in player.js; `initial` may hold `ahead`, `back`, `way`, `whatIf` and `inside`,
 *   and the `series` that they are of
 * @returns {Player}
 */
export function mount(root, data, options = {}) {
  const initial = chosenBefore(options.initial, data);
  const forecaster = new Forecaster(data);
  const original = decode(data.series.values);
  const length = original.length;
  const decimals = decimalsFor(forecaster.scale * SEEN);
  const methods = data.methods.map((one) => ({ ...one, method: methodOf(one), interval: decoded(one.interval) }));
  const read = readSeriesChanges(initial.whatIf, length);
  /** @type {Map<string, Quantity>} */
  const quantities = new Map(data.cell.equations.map(({ target, quantity }) => [target, quantity]));
  const steps = { first: forecaster.needed - 1, length };
  const isOpened = initial.series === undefined; // what was chosen before in another network needs no sentence
  const refused = isOpened ? refusedChoices(initial, { ...steps, lines: [...quantities.keys()] }) : [];
  const farthest = forecaster.horizon - 1;
  const opens = openingStep(data, forecaster, length);
  /** @type {any} */
  let player = null;
  /** @type {number | undefined} */
  let timer;
  let known = ""; // what the forecasts are of
  let measuredOf = ""; // what is, or is being, measured of them

  /** @type {Record<string, any>} */
  const context = {
    data,
    forecaster,
    original,
    changes: read.changes,
    values: changedSeries(original, read.changes),
    refusals: [...read.refusals, ...refused],
    intervalOf: (method) => methods[method].interval,
    intervals: { direct: decoded(data.intervals.direct), recursive: decoded(data.intervals.recursive) },
    trace: { sequenceLength: length, hiddenSize: forecaster.network.hiddenSize, firstStep: forecaster.needed - 1 },
    quantityOf: (key) => (key === data.cell.input ? data.inputQuantity : quantities.get(key.replace("'", ""))),
    forecast: new Forecast(forecaster, original.slice(0, forecaster.needed)),
    unchanged: new Forecast(forecaster, original.slice(0, forecaster.needed)),
    methods: [],
    edition: 0, // another for every other window that is read
    /** @type {{ slopes: Float64Array, occlusions: number[], expected: number } | null} */
    measured: null, // how the forecast follows what was read, and by how much it is higher by the gradient before changes
    number: (value) => inDigits(value, decimals),
    amount: (value) => [inDigits(value, decimals), data.series.unit].filter(Boolean).join(" "),
    timeOf: (step) => (step < length ? data.labels[step] : `+${step - length + 1}`),
    isChanged: () => context.forecast.values.some((value, k) => value !== context.unchanged.values[k]),
    /** Have another value stand at a step, as it is shown. */
    change(step, value) {
      const rounded = Number(value.toFixed(decimals));
      if (rounded === context.values[step]) return;
      context.changes.set(step, rounded);
      changed();
    },
    restore(steps) {
      for (const step of steps) context.changes.delete(step);
      changed();
    },
    redraw: () => player.draw(),
  };

  player = stage(root, data, options, {
    context,
    shapeOf: (other) => JSON.stringify(other),
    build: () => build(context),
    tall: () => forecaster.network.hiddenSize,
    clock: {
      initial: { ...initial, timeStep: initial.timeStep ?? opens },
      starts: () => forecaster.needed - 1,
      extra: {
        line: quantities.has(initial.line) ? initial.line : data.cell.state.at(-1),
        ahead: initial.ahead === undefined ? farthest : within(initial.ahead, farthest),
        back: within(initial.back ?? 0, forecaster.needed - 1),
        way: initial.way === "recursive" ? "recursive" : "direct",
        inside: Boolean(initial.inside) || data.opened,
      },
      pace: MILLISECONDS_A_STEP,
      units: () => forecaster.network.hiddenSize,
      words: () => words(context, player.clock.shown),
    },
    take: () => ({}),
    marked(shown) {
      settle(shown);
      return shown;
    },
    selected: ({ timeStep, unit, line, larger, ahead, back, way, inside }) => ({
      series: data.series.name,
      timeStep,
      defaultStep: opens,
      unit,
      line,
      defaultLine: data.cell.state.at(-1),
      larger,
      ahead,
      defaultAhead: farthest,
      back,
      way,
      inside: inside && !data.opened,
      whatIf: writeSeriesChanges(context.changes),
    }),
  });
  root.dataset.cell = data.cell.name;
  return {
    ...player,
    destroy() {
      clearTimeout(timer);
      player.destroy();
    },
  };

  /** After a value has been changed. */
  function changed() {
    context.values = changedSeries(original, context.changes);
    known = "";
    player.clock.change({});
    player.tell();
  }

  /** Have everything forecast from a step, if it is not already. */
  function settle(shown) {
    const { timeStep: origin, ahead, way, inside } = shown;
    if (known !== `${origin}`) {
      const window = (values) => values.slice(origin + 1 - forecaster.needed, origin + 1);
      context.forecast.read(window(context.values));
      context.unchanged.read(window(original));
      context.methods = methods.map((one) => ({ ...one, forecast: one.method.forecast(context.values, origin) }));
      context.edition += 1;
      known = `${origin}`;
      measuredOf = "";
    }
    const asked = inside ? `${origin} ${ahead} ${way}` : "";
    if (asked === measuredOf) return;
    measuredOf = asked;
    context.measured = null;
    clearTimeout(timer);
    if (asked) timer = setTimeout(() => measure(way, ahead), REST);
  }

  /** Find how the forecast follows what was read, a little at a time. */
  function measure(way, ahead) {
    const { forecast, unchanged } = context;
    const slopes = forecast.gradient(way, ahead);
    const before = context.isChanged() ? unchanged.gradient(way, ahead) : slopes;
    const expected = before.reduce((sum, slope, k) => sum + slope * (forecast.values[k] - unchanged.values[k]), 0);
    const work = forecast.occlusions(way, ahead);
    const occlusions = [];
    const goOn = () => {
      const until = performance.now() + AT_ONCE;
      while (performance.now() < until) {
        const { value, done } = work.next();
        if (!done) occlusions.unshift(value);
        else {
          context.measured = { slopes, occlusions, expected };
          player.draw();
          return;
        }
      }
      timer = setTimeout(goOn);
    };
    goOn();
  }
}

/** What was chosen before; of another series, as far as it is not about its steps and values. */
function chosenBefore(initial = {}, { series }) {
  if (initial.series === undefined || initial.series === series.name) return initial;
  const { unit, line, larger, way, inside } = initial;
  return { unit, line, larger, way, inside };
}

const decoded = ({ lower, upper }) => ({ lower: decode(lower), upper: decode(upper) });

/** Where the picture opens: in the middle of what tests, where it is known what came. */
function openingStep({ parts }, { needed, horizon }, length) {
  const middle = Math.floor((parts.chosen + length) / 2);
  return Math.max(needed - 1, Math.min(middle, length - 1 - horizon));
}

/**
 * What a screen reader hears of a step.
 *
 * @param {Record<string, any>} context
 */
function words({ data, forecast, amount, timeOf }, { timeStep, ahead, way }) {
  const there = stepsInWords(ahead + 1, data.series.step);
  return `From ${timeOf(timeStep)}, ${there} ahead: ${amount(forecast[way][ahead])}`;
}

function build(context) {
  const controls = controlsView(context);
  const whole = wholeView(context);
  const ahead = aheadView(context);
  const fan = fanView(context);
  const changes = changedValuesView(context);
  const outcome = outcomeView(context);
  const lookBack = lookBackView(context);
  const inside = insideView(context);
  const caption = element("p", { class: "caption" });
  const elements = [
    element(
      "div",
      { class: "along" },
      element(
        "div",
        { class: "card series-card" },
        controls.element,
        whole.element,
        ahead.element,
        fan.element,
        lookBack.element,
        element("div", { class: "foot" }, caption),
      ),
      element("aside", { class: "card" }, outcome.element, changes.element),
    ),
    inside.element,
  ];
  const about = { load: () => write(caption, `${context.data.caption}.`) };
  return { elements, views: [controls, whole, ahead, fan, lookBack, outcome, changes, inside, about] };
}
