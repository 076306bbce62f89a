// How single characters are written in a picture: those that cannot be seen by a sign, all in one place.

const SIGNS = { "\n": "↵", " ": "␣", "\t": "⇥" };

/** A character as one can see it. */
export const visible = (character) =>
  SIGNS[character] ?? (/[\p{C}\p{Z}]/u.test(character) ? codePoint(character) : character);

/** A character as a screen reader can say it. */
export const spoken = (character) => ({ "\n": "new line", " ": "space", "\t": "tab" })[character] ?? visible(character);

const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
