// A network that reads characters, as `rnnviz.player.text_payload` describes it, and texts as it reads them. Nothing here
// touches a page.

import { decodeAll } from "./arrays.js";
import { readSafetensors } from "./safetensors.js";
import { Network } from "./trace.js";

/** @import { TextNetwork } from "../shell/types.js" */

/** The characters that a network knows: a text as codes, the beginning first; the twin of rnnviz/data/text.py. */
export class Alphabet {
  /** @param {Pick<TextNetwork, "inputSymbols" | "beginning">} description */
  constructor({ inputSymbols, beginning }) {
    this.symbols = inputSymbols;
    this.unknown = inputSymbols.length;
    this.codes = new Map(inputSymbols.map((symbol, code) => [symbol, code]));
    this.beginning = this.codeOf(beginning);
  }

  /** The code of a character; of one that is not known, one more than the last. */
  codeOf(character) {
    return this.codes.get(character) ?? this.unknown;
  }

  /** What is read of a text, given as its characters: the beginning, and after it the code of each. */
  encode(characters) {
    return [this.beginning, ...characters.map((character) => this.codeOf(character))];
  }
}

/** The characters of a text, as Python counts them; half of a pair that lacks the other is one by itself. */
export const charactersOf = (text) => Array.from(text);

/**
 * The network that is described; its weights from the description, or of its file from the bytes of that.
 *
 * @param {TextNetwork} description
 * @param {ArrayBuffer | null} bytes
 * @throws {Error} with a sentence, where the bytes are no weights or not those of this network
 */
export function textNetwork(description, bytes = null) {
  if (!bytes) return new Network(description);
  const found = readSafetensors(bytes);
  const missing = Object.values(description.arrays).filter((name) => !Object.hasOwn(found, name));
  if (missing.length)
    throw new Error(`The file of weights is that of another network: it lacks ${missing.join(", ")}.`);
  const arrays = Object.fromEntries(Object.entries(description.arrays).map(([name, place]) => [name, found[place]]));
  const own = new Set(Object.keys(description.cell.weights));
  const part = (chosen) => Object.fromEntries(Object.entries(arrays).filter(([name]) => own.has(name) === chosen));
  const readout = description.readout && { ...description.readout, weights: decodeAll(part(false)) };
  return new Network({ ...description, weights: part(true), readout });
}
