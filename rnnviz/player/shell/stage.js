// What every kind of player has: views and markers that follow one clock, and a question before the picture.

import { optionsOf, verdict } from "./checks.js";
import { Clock } from "./clock.js";
import { Colours } from "./colours.js";
import { dress } from "./dom.js";
import { ask } from "./prediction.js";
import { explainer } from "./terms.js";

/** @import { Options } from "./types.js" */

/**
 * Fill an element with views that follow a clock.
 *
 * @param {HTMLElement} root
 * @param data what the server describes
 * @param {Options} options `theme`, `initial`, `terms` and `onChange` as for `mount` in player.js
 * @param {Record<string, any>} kind what this player is:
 *   `context`, what the views are given, with a `trace`; the colours and what a person can do are put into it here
 *   `take(data)` puts what follows from other data into the context; it may return a choice that follows from them
 *   `shapeOf(data)`, what the picture is built for
 *   `build()`, the {elements, views}; a view may have `load()`, after other data, `update(shown)` and `destroy()`
 *   `clock`, the options of its `Clock`; `tall()`, how many units a column has
 *   `marked(shown)`, what is drawn for a choice, if it is not the choice itself
 *   `judged()`, what a prediction is checked against: see checks.js
 *   `selected(chosen)`, what the page's address keeps of a choice
 * @returns the player, with its `clock` and what a kind needs to move it
 */
export function stage(root, data, { theme = "light", initial = {}, terms = [], onChange = (_selection) => {} }, kind) {
  const { context, marked = (shown) => shown } = kind;
  const shape = kind.shapeOf(data);
  const tell = () => onChange(selection());
  const clock = new Clock(root, {
    initial,
    ...kind.clock,
    length: () => context.trace.sequenceLength,
    draw,
    onChange: tell,
  });
  Object.assign(context, {
    colours: new Colours(data.palettes[theme]),
    explain: explainer(terms),
    select: (changes) => clock.select(changes),
    play: () => clock.play(),
    enlarge: () => clock.select({ larger: !clock.chosen.larger }),
  });
  const { elements, views } = kind.build();
  root.replaceChildren(...elements, clock.announcement);
  let sent = data.prediction ? described(data) : "";
  const question = data.prediction ? asking(data.prediction) : null;
  if (question) root.prepend(question.element);
  // On the markers themselves: a property of the root would make the browser restyle everything below it.
  /** @type {NodeListOf<HTMLElement>} */
  const stepMarkers = root.querySelectorAll(".frame, .marker.step");
  /** @type {NodeListOf<HTMLElement>} */
  const unitMarkers = root.querySelectorAll(".marker.aligned, .marker.row");

  function draw() {
    const shown = marked(clock.shown);
    root.dataset.timeStep = shown.timeStep;
    root.dataset.unit = shown.unit;
    root.classList.toggle("larger", shown.larger);
    for (const marker of stepMarkers) marker.style.setProperty("--step", shown.timeStep);
    for (const marker of unitMarkers) marker.style.setProperty("--unit", shown.unit);
    for (const view of views) view.update?.(shown);
  }

  function load() {
    root.style.setProperty("--steps", context.trace.sequenceLength);
    for (const view of views) view.load?.();
  }

  function selection() {
    return { ...kind.selected(clock.chosen), answer: undefined, ...question?.answered() };
  }

  function asking(prediction) {
    return ask(root, {
      prediction,
      options: () => optionsOf(prediction.check, kind.judged()),
      find: () => verdict(prediction.check, kind.judged()),
      about: aboutRun,
      given: initial,
      onAnswer: tell,
    });
  }

  /** A text that is another one for every other run: by what the server sent, and by what a person has changed since. */
  function aboutRun() {
    const { whatIf = null, at = null } = kind.selected(clock.chosen);
    return fingerprint(JSON.stringify([sent, whatIf || null, at]));
  }

  dress(root, data, theme);
  root.style.setProperty("--units", kind.tall());
  load();
  draw();

  return {
    clock,
    draw,
    tell,
    selection,
    load,
    /** To be called after a change to the runs that a person made. */
    follow: () => question?.follow(),
    update(other) {
      if (kind.shapeOf(other) !== shape) return false;
      const follows = kind.take(other);
      load();
      if (question) sent = described(other);
      question?.follow();
      clock.change(follows ?? {});
      return true;
    },
    destroy() {
      for (const view of views) view.destroy?.();
      clock.destroy();
      root.replaceChildren();
    },
  };
}

/** A short text for what the server sent, but not for how it is seen. */
const described = (data) => fingerprint(JSON.stringify({ ...data, classroom: null }));

/** A short text that is almost surely another one for another text (FNV-1a, 32 bits, and the length). */
function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (let k = 0; k < text.length; k++) hash = Math.imul(hash ^ text.charCodeAt(k), 0x01000193);
  return `${text.length.toString(36)}-${(hash >>> 0).toString(36)}`;
}
