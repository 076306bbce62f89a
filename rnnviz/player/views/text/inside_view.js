// The cell at the chosen character, as the player that steps through one shows it: the same network, the same state.

import { element } from "../../shell/dom.js";

export function insideView(context) {
  const root = element("div", { class: "opened", role: "region", "aria-label": "Inside the cell", tabindex: "-1" });
  /** @type {any} */
  let levels = null;
  let asked = false;
  /** @type {any} */
  let last = null;

  async function build() {
    asked = true;
    const { cellLevels } = await import("../../kinds/player.js");
    levels = cellLevels(context);
    for (const view of levels.views) view.load?.();
    root.replaceChildren(levels.element);
    show(last);
    root.scrollIntoView({ block: "nearest" });
  }

  function show(shown) {
    if (!context.readUpTo()) return;
    const [line] = [shown.line in context.data.cell.sizes ? shown.line : context.data.cell.state.at(-1)];
    root.style.setProperty("--unit", shown.unit);
    for (const view of levels.views) view.update?.({ ...shown, line });
  }

  return {
    element: root,
    load() {
      for (const view of levels?.views ?? []) if (context.readUpTo()) view.load?.();
    },
    update(shown) {
      last = shown;
      root.hidden = !context.inside;
      if (root.hidden) return;
      if (levels) show(shown);
      else if (!asked && context.readUpTo()) build();
    },
  };
}
