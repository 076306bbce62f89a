// What is said of characters that a network does not know.

import { visible } from "../../shell/characters.js";

/** So many of them are named. */
const NAMED = 5;

/**
 * Which characters of a text are not in an alphabet, in a sentence; nothing where all are.
 *
 * @param {import("../../engine/text.js").Alphabet} alphabet
 * @param {string[]} characters
 */
export function unknownInWords(alphabet, characters) {
  const unknown = [...new Set(characters)].filter((character) => alphabet.codeOf(character) === alphabet.unknown);
  const named = unknown.slice(0, NAMED).map((character) => `“${visible(character)}”`);
  const known = alphabet.symbols.length;
  if (!unknown.length) return "";
  if (unknown.length === 1)
    return `${named[0]} is not among the ${known} characters that it knows: it reads as nothing.`;
  if (unknown.length > NAMED)
    return (
      `${named.join(", ")} and ${unknown.length - NAMED} more are not among the ${known} characters that it knows: ` +
      "they read as nothing."
    );
  return `${named.join(", ")} are not among the ${known} characters that it knows: they read as nothing.`;
}
