// Charts of curves over the same steps, read off where a person points: for what is measured on the server.

import { decode } from "../engine/arrays.js";
import { labelled } from "../shell/controls.js";
import { dress, element, settled, write } from "../shell/dom.js";
import { logChart } from "../shell/log_chart.js";

/** @import { CurvesData, Options, Player } from "../shell/types.js" */

/**
 * Show charts and what they say. Nothing of it is in the page's address.
 *
 * @param {HTMLElement} root the element to fill
 * @param {CurvesData} data
 * @param {Options} options of which only the theme is heeded
 * @returns {Player}
 */
export function mount(root, data, { theme = "light" } = {}) {
  function fill(other) {
    root.replaceChildren(...build(root, other, theme));
    dress(root, other, theme);
    Object.assign(root.dataset, { testid: "curves" });
    root.setAttribute("aria-label", other.title);
  }
  fill(data);
  return {
    selection: () => null,
    update(other) {
      fill(other);
      return true;
    },
    destroy: () => root.replaceChildren(),
  };
}

/** The elements of the picture. */
function build(root, { charts, verdict, palettes }, theme) {
  const shown = charts.map(({ title, meaning, curves }) => {
    const chart = logChart(`${title}. ${meaning}`);
    const drawn = curves.map(({ colour, values, ...rest }) => ({
      ...rest,
      kind: "whole",
      colour: palettes[theme][colour],
      values: decode(values),
    }));
    chart.show(drawn);
    return { title, meaning, chart, steps: drawn[0].values.length };
  });
  const steps = Math.max(...shown.map((one) => one.steps));
  root.style.setProperty("--steps", String(steps));

  const output = settled();
  const slider = element("input", {
    type: "range",
    min: 1,
    max: steps,
    value: steps,
    step: 1,
    "aria-label": "Step",
    input: () => point(slider.valueAsNumber - 1),
  });
  const markers = shown.map(({ chart }) => chart.element.querySelector(".marker.step"));

  /** Read the charts off at a step. */
  function point(step) {
    slider.value = String(step + 1);
    write(output, String(step + 1));
    for (const marker of markers) marker.style.setProperty("--step", step);
    for (const { chart } of shown) chart.point(step);
  }

  for (const { chart } of shown) {
    chart.element.querySelector(".map")?.addEventListener("pointermove", (event) => {
      const box = /** @type {Element} */ (event.currentTarget).getBoundingClientRect();
      const place = /** @type {PointerEvent} */ (event).clientX - box.left;
      point(Math.min(steps - 1, Math.max(0, Math.floor((place / box.width) * steps))));
    });
  }
  point(steps - 1);
  return [
    element("p", { class: "verdict" }, verdict),
    element(
      "div",
      { class: "halves" },
      ...shown.map(({ title, meaning, chart }) =>
        element(
          "section",
          { class: "card" },
          element("h3", {}, title),
          element("p", { class: "caption" }, meaning),
          chart.element,
        ),
      ),
    ),
    labelled("Step", output, slider),
  ];
}
