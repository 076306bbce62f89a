// What a network answers at a time step: a symbol with its probability, or a number.

import { largest } from "../engine/arrays.js";
import { isWanted } from "../engine/losses.js";
import { format, percent } from "./typeset.js";

/** Where no answer is asked for: when it is. */
export function whenWanted(wanted, timeStep) {
  const next = wanted.indexOf(true, timeStep);
  return next < 0 ? "No answer is wanted from here on." : `An answer is wanted at step ${next + 1}, not here.`;
}

/** An answer, and how probable the network finds it, as `say` writes a share. */
export function answerOf({ symbols }, output, say = percent) {
  if (!symbols.length) return { answer: format(output[0]), share: "" };
  const best = largest(output);
  return { answer: symbols[best], share: say(output[best]) };
}

/** What a screen reader hears of an answer; nothing where none is wanted. */
export function answerInWords(readout, output, timeStep) {
  const { answer, share } = answerOf(readout, output);
  if (!readout.wanted) return [`best guess for the next: ${answer}`, share];
  if (!isWanted(readout, timeStep)) return [];
  if (share) return [`best guess: ${answer}`, share];
  return [`answer ${answer}`, `wanted ${format(readout.targets[timeStep])}`];
}

/** The right symbol of a step and how probable the network finds it; null where none is asked for. */
export function rightOf(readout, output, timeStep) {
  if (!readout?.symbols.length || !isWanted(readout, timeStep)) return null;
  const target = readout.targets[timeStep];
  return { symbol: readout.symbols[target], probability: output[target] };
}

/** The step whose right symbol the network finds the least probable; null where there are not several to choose from. */
export function mostSurprising(readout, trace) {
  const found = Array.from({ length: trace.sequenceLength }, (_, timeStep) => {
    const right = rightOf(readout, trace.answer(timeStep), timeStep);
    return right ? [{ ...right, timeStep }] : [];
  }).flat();
  return found.length > 1 ? found.reduce((least, one) => (one.probability < least.probability ? one : least)) : null;
}
