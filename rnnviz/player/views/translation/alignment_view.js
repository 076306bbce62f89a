// Where every step looked, as a heat map: a row for each word written, a column for each word read. Dragging along the row
// of a step makes it look elsewhere.

import { scale } from "../../shell/controls.js";
import { changes, element, placeUnder, Raster, refill, write } from "../../shell/dom.js";
import { percent } from "../../shell/typeset.js";

export function alignmentView(context) {
  const raster = new Raster();
  const [across, down] = ["across", "down"].map((kind) =>
    element("div", { class: `names ${kind}`, "aria-hidden": "true" }),
  );
  const row = element("div", { class: "marker row-of" });
  const place = element("div", { class: "marker place-of" });
  const caption = element("p", { class: "caption" });
  const map = element("div", { class: "alignment-map" }, raster.canvas, row, place);
  const root = element(
    "section",
    { class: "card alignment" },
    element("h2", {}, "Where it looks"),
    element("div", { class: "alignment-grid" }, across, down, map),
    element("p", { class: "legend" }, scale("gate", "no attention", "all of a step's attention")),
    caption,
  );
  const otherWords = changes();
  /** @type {{ row: number, from: number, moved: boolean } | null} */
  let dragging = null;

  const size = () => [context.run.steps.length, context.words.length];
  map.addEventListener("pointerdown", (event) => {
    const at = placeUnder(event, ...size());
    if (event.button) return;
    dragging = { row: at.row, from: at.column, moved: false };
    map.setPointerCapture(event.pointerId);
    context.select({ timeStep: at.row, unit: at.column });
  });
  map.addEventListener("pointermove", (event) => {
    if (!dragging) return;
    const { column } = placeUnder(event, ...size());
    if (column === dragging.from && !dragging.moved) return;
    dragging.moved = true;
    context.look(dragging.row, context.places[column]);
  });
  for (const end of ["pointerup", "pointercancel"]) map.addEventListener(end, () => (dragging = null));

  return {
    element: root,
    load() {
      const { words, labels, run, translator } = context;
      root.hidden = !translator.looks;
      if (root.hidden) return;
      const [rows, columns] = size();
      if (otherWords(JSON.stringify([words, labels]))) {
        root.style.setProperty("--read", columns);
        root.style.setProperty("--written", rows);
        refill(across, ...words.map((word) => element("span", {}, word)));
        refill(down, ...labels.map((word) => element("span", {}, word)));
      }
      const colour = context.colours.of(context.data.quantities.alignment);
      const weights = run.steps.map((_, t) => context.at("alignment", t));
      raster.draw(rows, columns, (t, j) => colour(weights[t][j]));
    },
    update({ timeStep, unit }) {
      if (root.hidden) return;
      const [rows, columns] = size();
      row.style.setProperty("top", `${(timeStep / rows) * 100}%`);
      place.style.setProperty("top", `${(timeStep / rows) * 100}%`);
      place.style.setProperty("left", `${(unit / columns) * 100}%`);
      const weight = context.at("alignment", timeStep)[unit];
      Object.assign(caption.dataset, { quantity: "alignment", value: weight });
      write(
        caption,
        `Writing “${context.labels[timeStep]}”, it gives “${context.words[unit]}” ${percent(weight)} of its attention. ` +
          "Drag along a row to make that step look elsewhere.",
      );
    },
  };
}
