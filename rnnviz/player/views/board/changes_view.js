// What if: a person holds a gate, silences a unit, drags a weight or changes the input; every change can be undone.

import { placeOf, say } from "../../engine/what_if.js";
import { element, write } from "../../shell/dom.js";
import { holdForm, inputForm, silenceForm, weightForm } from "./change_forms.js";

const TITLES = { hold: "Hold", silence: "Silence", weight: "Weight", input: "Input" };
/** The form of a change that has another name. */
const FORMS = { read: "input" };

/** The form of each kind of change. */
const MAKERS = { hold: holdForm, silence: silenceForm, weight: weightForm, input: inputForm };

/**
 * @param {Record<string, any>} context
 * @param {string[]} kinds what can be changed
 * @param {Element[]} choices what else is chosen before the forms
 */
export function changesView(context, kinds = Object.keys(MAKERS), choices = []) {
  const forms = Object.fromEntries(kinds.map((name) => [name, MAKERS[name](context)]));
  const brought = context.changes.at(-1); // by the link: the forms begin with it
  let kind = brought ? (FORMS[brought.kind] ?? brought.kind) : "hold";
  if (brought) forms[kind].show(brought);
  let shown = null;

  const tabs = kinds.map((name) =>
    element(
      "button",
      { type: "button", "data-kind": name, "aria-pressed": "false", click: () => open(name) },
      TITLES[name],
    ),
  );
  const list = element("ol", { class: "changes" });
  const reset = element("button", { type: "button", click: () => context.undoAll() }, "Undo all");
  const empty = element(
    "p",
    { class: "caption" },
    "Nothing is changed yet. The unchanged run stays visible behind every change.",
  );

  const fold = element("button", { type: "button", class: "fold", click: () => unfold(root.classList.toggle("open")) });
  const count = element("span", { class: "count" });

  /** Where it is narrow the panel is a bar at the bottom, folded at first. */
  function unfold(open) {
    fold.setAttribute("aria-expanded", String(open));
    write(fold, open ? "Fold" : "Unfold");
  }

  function open(name) {
    kind = name;
    for (const tab of tabs) tab.setAttribute("aria-pressed", String(tab.dataset.kind === kind));
    for (const [other, form] of Object.entries(forms)) form.element.hidden = other !== kind;
    if (shown) forms[kind].update(shown);
  }

  function entry(change) {
    const sentence = say(change, context.cells);
    const undo = element(
      "button",
      { type: "button", "aria-label": `Undo: ${sentence}`, title: "Undo", click: () => context.undo(change) },
      "×",
    );
    return element("li", { "data-place": placeOf(change) }, element("span", {}, element("span", {}, sentence)), undo);
  }

  const root = element(
    "section",
    { class: "what-if", "aria-label": "What if" },
    element(
      "div",
      { class: "bar-of" },
      element("h2", {}, ...context.explain("What if?")),
      element("span", { class: "folding" }, count, fold),
    ),
    element("div", { class: "tabs", role: "group", "aria-label": "What to change" }, ...tabs),
    ...choices,
    ...Object.values(forms).map((form) => form.element),
    element("h3", {}, "Changes"),
    empty,
    list,
    reset,
  );
  unfold(false);
  open(kind);
  return {
    element: root,
    load() {
      for (const form of Object.values(forms)) form.load();
    },
    paint() {
      const { changes, refusals } = context;
      const said = refusals.map((sentence) => element("li", { class: "refused" }, sentence));
      const known = new Map(Array.from(list.querySelectorAll("[data-place]"), (node) => [node.dataset.place, node]));
      const entries = changes.map((change) => {
        const node = known.get(placeOf(change));
        if (!node) return entry(change);
        write(node.querySelector("span > span"), say(change, context.cells)); // the button keeps its focus
        return node;
      });
      const wanted = [...said, ...entries];
      if (
        said.length ||
        wanted.length !== list.children.length ||
        wanted.some((node, k) => node !== list.children[k])
      ) {
        list.replaceChildren(...wanted);
      }
      const nothing = !changes.length && !refusals.length;
      empty.hidden = !nothing;
      reset.hidden = nothing;
      write(count, changes.length === 1 ? "1 change" : `${changes.length || "no"} changes`);
    },
    update(next) {
      shown = next;
      forms[kind].update(next);
    },
  };
}
