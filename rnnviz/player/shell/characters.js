// How single characters are written in a picture: those that cannot be seen by a sign, all in one place.

/** So many characters of a passage are quoted. */
const QUOTED = 60;
const SIGNS = { "\n": "↵", " ": "␣", "\t": "⇥" };

/** A character as one can see it. */
export const visible = (character) =>
  SIGNS[character] ?? (/[\p{C}\p{Z}]/u.test(character) ? codePoint(character) : character);

/** A character in a line of text: a space is a space. */
export const inLine = (character) => (character === " " ? character : visible(character));

/** Characters in one line of text, the middle left out where there are many. */
export function quoted(characters) {
  const shown = characters.map(inLine);
  if (shown.length <= QUOTED) return shown.join("");
  return `${shown.slice(0, QUOTED / 2).join("")} … ${shown.slice(-QUOTED / 2).join("")}`;
}

/** A character as a screen reader can say it. */
export const spoken = (character) => ({ "\n": "new line", " ": "space", "\t": "tab" })[character] ?? visible(character);

const codePoint = (character) => `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
