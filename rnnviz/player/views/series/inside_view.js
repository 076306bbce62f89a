// The cell at the value that is looked at, in the same run that makes the forecast, and every quantity over its window.

import { element, write } from "../../shell/dom.js";

export function insideView(context) {
  const { data, forecaster } = context;
  const toggle = element("button", { type: "button" });
  const region = element("div", { class: "opened", role: "region", "aria-label": "Inside the cell", tabindex: "-1" });
  /** @type {any[]} */
  let views = [];
  let asked = false;
  let loaded = -1; // the edition of what was read that is shown
  /** @type {any} */
  let last = null;
  toggle.addEventListener("click", () => context.select({ inside: !last.inside }));

  /** What the views of the cell are shown: a trace of one window, and of the forecasts read after it. */
  const within = Object.create(context, {
    trace: { get: () => context.forecast.trace },
    data: { get: () => ({ ...data, labels: labels(), notes: [] }) },
    select: {
      value: ({ timeStep, ...rest }) =>
        context.select({ ...rest, ...(timeStep !== undefined && { back: backOf(timeStep) }) }),
    },
    point: { value() {} },
  });
  const backOf = (t) => Math.max(0, forecaster.window - 1 - t);
  const labels = () =>
    Array.from({ length: context.forecast.trace.sequenceLength }, (_, t) =>
      context.timeOf(last.timeStep + t - (forecaster.window - 1)),
    );

  async function build() {
    asked = true;
    const { cellLevels, timeCard } = await import("../../kinds/player.js");
    const parts = [cellLevels(within), timeCard(within)];
    views = parts.flatMap((part) => part.views);
    region.replaceChildren(...parts.map((part) => part.element));
    region.style.setProperty("--steps", String(within.trace.sequenceLength));
    load();
    show(last);
  }

  function load() {
    for (const view of views) view.load?.();
    loaded = context.edition;
  }

  function show(shown) {
    const timeStep = Math.max(0, forecaster.window - 1 - shown.back);
    region.style.setProperty("--unit", shown.unit);
    region.style.setProperty("--step", String(timeStep));
    for (const view of views) view.update?.({ ...shown, timeStep });
  }

  return {
    element: element("div", { class: "stacked" }, element("div", {}, toggle), region),
    update(shown) {
      last = shown;
      toggle.hidden = data.opened;
      write(toggle, shown.inside ? "Close the cell" : "Look inside the cell");
      toggle.setAttribute("aria-expanded", String(shown.inside));
      region.hidden = !shown.inside;
      if (region.hidden) return;
      if (!views.length) {
        if (!asked) build();
        return;
      }
      if (loaded !== context.edition) load();
      show(shown);
    },
  };
}
