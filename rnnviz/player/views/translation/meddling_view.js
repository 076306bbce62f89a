// Interfering: another look for this step, another word in the place of one that is read; and what that changes.

import { NOTHING } from "../../engine/meddling.js";
import { changes, element, write } from "../../shell/dom.js";

export function meddlingView(context) {
  const lookAt = element("select", { "aria-label": "Where this step looks", change: () => chooseLook() });
  const looking = element("label", { class: "field" }, element("span", {}, "This step looks"), lookAt);
  const which = element("select", { "aria-label": "Which word", change: () => fillInstead() });
  const instead = element("select", { "aria-label": "Read in its place", change: () => chooseWord() });
  const reset = element("button", { type: "button", click: () => context.reset() }, "Undo all");
  const [before, after] = ["before", "after"].map((kind) => element("output", { class: `result ${kind}` }));
  const said = element("p", { class: "caption", "aria-live": "polite" });
  const root = element(
    "section",
    { class: "card meddling" },
    element("h2", {}, "Interfere"),
    element(
      "div",
      { class: "fields" },
      looking,
      element("label", { class: "field" }, element("span", {}, "The word"), which),
      element("label", { class: "field" }, element("span", {}, "is read as"), instead),
      reset,
    ),
    element("div", { class: "results" }, before, after),
    said,
  );
  const otherWords = changes();
  let step = 0;

  const option = (value, text) => element("option", { value }, text);

  function chooseLook() {
    context.look(step, lookAt.value === "own" ? null : lookAt.value === "even" ? "even" : Number(lookAt.value));
  }

  function chooseWord() {
    const place = Number(which.value);
    context.replace(place, instead.value === context.data.source[place] ? null : instead.value);
  }

  function fillInstead() {
    const { data, meddling, places } = context;
    const place = Number(which.value);
    const last = places.length === 1 && places[0] === place; // something must be read
    instead.replaceChildren(
      ...(last ? [] : [option("", "nothing: it is left out")]),
      ...data.sourceVocabulary.slice(1).map((word) => option(word, word)),
    );
    instead.value = meddling.words.get(place) ?? data.source[place];
  }

  function load() {
    const { data, words, meddling } = context;
    if (otherWords(JSON.stringify([data.source, words, data.network]))) offer();
    reset.disabled = meddling === NOTHING;
    const [unchanged, now] = [context.unchanged, context.run].map(context.written);
    write(before, `Unchanged: ${unchanged}`);
    write(after, reset.disabled ? "" : `Now: ${now}`);
    const told = `The translation ${unchanged === now ? "stays the same" : "is another one"}.`;
    write(said, reset.disabled ? "" : told);
    Object.assign(root.dataset, { before: unchanged, after: now });
  }

  function offer() {
    const { data, places, words, translator } = context;
    looking.hidden = !translator.looks;
    lookAt.replaceChildren(
      option("own", "where it wants to"),
      option("even", "evenly at all words"),
      ...places.map((place, j) => option(place, `at “${words[j]}” alone`)),
    );
    const place = Math.min(Number(which.value || 0), data.source.length - 1);
    which.replaceChildren(...data.source.map((word, k) => option(k, `${k + 1}. ${word}`)));
    which.value = String(place);
    fillInstead();
  }

  return {
    element: root,
    load,
    update({ timeStep }) {
      step = timeStep;
      const at = context.meddling.looks.get(timeStep);
      const gone = at !== "even" && !context.places.includes(at);
      lookAt.value = at === undefined ? "own" : at === "even" || gone ? "even" : String(at);
    },
  };
}
