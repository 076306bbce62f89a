// Interfering: another look for this step, another word in the place of one that is read; and what that changes.

import { element, write } from "./dom.js";

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
    const { data, places, words, translator, meddling } = context;
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
    reset.disabled = !meddling.looks.size && !meddling.words.size;
    write(before, `Unchanged: ${context.written(context.unchanged)}`);
    write(after, reset.disabled ? "" : `Now: ${context.written(context.run)}`);
    const same = context.written(context.unchanged) === context.written(context.run);
    write(said, reset.disabled ? "" : `${same ? "The translation stays the same." : "The translation is another one."}`);
    Object.assign(root.dataset, { before: context.written(context.unchanged), after: context.written(context.run) });
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
