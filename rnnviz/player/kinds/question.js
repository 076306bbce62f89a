// A question alone, before a picture that the server draws: the answer comes with it, and the server hears that it is given.

import { dress } from "../shell/dom.js";
import { ask } from "../shell/prediction.js";

/** @import { Options, Player, QuestionData } from "../shell/types.js" */

/**
 * Ask what the server knows the answer to.
 *
 * @param {HTMLElement} root the element to fill
 * @param {QuestionData} data
 * @param {Options} options as for `mount` in player.js
 * @returns {Player}
 */
export function mount(root, data, { theme = "light", initial = {}, onChange = (_selection) => {} } = {}) {
  let shown = data;
  const question = ask(root, {
    prediction: data.prediction,
    options: () => shown.options,
    find: () => shown.finding,
    about: () => shown.about,
    given: initial,
    onAnswer: () => onChange(selection()),
  });
  root.replaceChildren(question.element);
  dress(root, data, theme, "Question");

  function selection() {
    const { answer, about } = question.answered();
    return { answer, about, answered: answer !== undefined };
  }

  return {
    selection,
    update(other) {
      if (JSON.stringify(other.prediction) !== JSON.stringify(data.prediction)) return false;
      shown = other;
      question.follow();
      return true;
    },
    destroy: () => root.replaceChildren(),
  };
}
