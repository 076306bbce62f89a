// The player at the moments of a training: one network over one sequence, with the weights it had then.

import { within } from "../shell/clock.js";
import { element } from "../shell/dom.js";
import { answerView } from "../views/learning/answer_view.js";
import { gradientView } from "../views/learning/gradient_view.js";
import { momentsView } from "../views/learning/moments_view.js";
import { guessesView } from "../views/network/guesses.js";
import { cellLevels, mount as mountPlayer, stripCard, timeCard } from "./player.js";

/** @import { LearningData, Options, Player } from "../shell/types.js" */

const MILLISECONDS_A_MOMENT = 600;

/**
 * Show a network at the moments of its training.
 *
 * @param {HTMLElement} root the element to fill
 * @param {LearningData} data
 * @param {Options} options as for `mount` in player.js; `initial` may hold `moment`
 * @returns {Player}
 */
export function mount(root, data, { theme, terms, initial = {}, onChange = (_selection) => {} } = {}) {
  let run = data;
  let chosen = within(initial.moment ?? Infinity, lastOf(run));
  /** @type {number | null} */
  let timer = null;

  const player = mountPlayer(root, at(run, chosen), {
    theme,
    terms,
    initial: { ...initial, timeStep: initial.timeStep ?? Infinity },
    build,
    keys: { ",": () => choose(chosen - 1), ".": () => choose(chosen + 1) },
    hear: (words) => (timer ? "" : words),
    onChange: () => onChange(selection()),
  });

  function build(context) {
    const moments = momentsView(context, { choose, play, playing: () => Boolean(timer) });
    const [strip, cell, time] = [stripCard(context), cellLevels(context), timeCard(context)];
    const answer = context.data.readout.symbols.length ? guessesCard(context) : answerView(context);
    const gradient = gradientView(context);
    return {
      elements: [
        moments.element,
        strip.element,
        element("div", { class: "halves" }, answer.element, gradient.element),
        cell.element,
        time.element,
      ],
      views: [moments, ...strip.views, answer, gradient, ...cell.views, ...time.views],
    };
  }

  function show(place) {
    chosen = within(place, lastOf(run));
    player.update(at(run, chosen));
  }

  /** A person's choice. */
  function choose(place) {
    stop();
    show(place);
    onChange(selection());
  }

  function stop() {
    clearInterval(timer ?? undefined);
    timer = null;
  }

  /** Show one moment after the other, from the first if the last is shown; or stop doing so. */
  function play() {
    if (timer) return choose(chosen);
    timer = setInterval(() => (chosen < lastOf(run) ? show(chosen + 1) : choose(chosen)), MILLISECONDS_A_MOMENT);
    show(chosen < lastOf(run) ? chosen : 0);
  }

  function selection() {
    const choice = player.selection();
    const atEnd = choice.timeStep === run.labels.length - 1;
    return {
      ...choice,
      moment: chosen === lastOf(run) ? null : chosen, // the last of either, however many there are
      timeStep: atEnd ? null : choice.timeStep,
      defaultStep: null,
    };
  }

  return {
    selection,
    update(other) {
      stop();
      const place = within(selection().moment ?? Infinity, lastOf(other));
      const changes = selection().timeStep === null ? { timeStep: Infinity } : {};
      if (!player.update(at(other, place))) return false;
      [run, chosen] = [other, place];
      player.clock.change(changes);
      return true;
    },
    destroy() {
      stop();
      player.destroy();
    },
  };
}

const lastOf = ({ moments }) => moments.length - 1;

/** What the player is given of a run: the network as it was at one moment. */
function at(run, moment) {
  const { weights, readout } = run.moments[moment];
  return { ...run, moment, weights, readout: { ...run.readout, weights: readout } };
}

function guessesCard(context) {
  const guesses = guessesView(context);
  return { ...guesses, element: element("section", { class: "card" }, guesses.element) };
}
