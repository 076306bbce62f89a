// What a network answers at a time step: a symbol with its probability, or a number.

import { largest } from "../engine/arrays.js";
import { isWanted } from "../engine/losses.js";
import { format, percent } from "./typeset.js";

/** Where no answer is asked for: when it is. */
export function whenWanted(wanted, timeStep) {
  const next = wanted.indexOf(true, timeStep);
  return next < 0 ? "No answer is wanted from here on." : `An answer is wanted at step ${next + 1}, not here.`;
}

/** An answer in short, and how probable the network finds it. */
export function answerOf({ symbols }, output) {
  if (!symbols.length) return { answer: format(output[0]), share: "" };
  const best = largest(output);
  return { answer: symbols[best], share: percent(output[best]) };
}

/** What a screen reader hears of an answer; nothing where none is wanted. */
export function answerInWords(readout, output, timeStep) {
  const { answer, share } = answerOf(readout, output);
  if (!readout.wanted) return [`best guess for the next: ${answer}`, share];
  if (!isWanted(readout, timeStep)) return [];
  if (share) return [`best guess: ${answer}`, share];
  return [`answer ${answer}`, `wanted ${format(readout.targets[timeStep])}`];
}
