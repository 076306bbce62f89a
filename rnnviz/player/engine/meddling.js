// What a person changes about a translation: where a step looks, and which words are read; as data, and as the text that
// the page's address keeps. Steps and words count from 1 in that text: `look3=2`, `look4=even`, `word1=drei`, `word2=`.

/** No change at all. */
export const NOTHING = { looks: new Map(), words: new Map() };

/** Changes from the text of an address; what does not fit the sentence is left out. */
export function readMeddling(text, { source, sourceVocabulary }) {
  const [looks, words] = [new Map(), new Map()];
  for (const part of (text ?? "").split(";")) {
    const [, kind, number, value] = /^(look|word)(\d{1,2})=(.*)$/.exec(part) ?? [];
    const place = Number(number) - 1;
    if (kind === "look" && (value === "even" || (Number(value) >= 1 && Number(value) <= source.length))) {
      looks.set(place, value === "even" ? "even" : Number(value) - 1);
    }
    if (kind === "word" && place < source.length && (value === "" || sourceVocabulary.indexOf(value) > 0)) {
      words.set(place, value);
    }
  }
  const allGone = [...words.values()].filter((word) => word === "").length === source.length;
  return allGone ? NOTHING : { looks, words };
}

/** The same as text. */
export function writeMeddling({ looks, words }) {
  const sorted = (map) => [...map].sort(([a], [b]) => a - b);
  return [
    ...sorted(looks).map(([step, at]) => `look${step + 1}=${at === "even" ? at : at + 1}`),
    ...sorted(words).map(([place, word]) => `word${place + 1}=${word}`),
  ].join(";");
}

/** The words that are read: {places, words}, each with its place in the sentence as it was typed. */
export function wordsRead(source, { words }) {
  const all = source.map((word, place) => [place, words.get(place) ?? word]);
  const kept = all.filter(([, word]) => word !== "");
  return { places: kept.map(([place]) => place), words: kept.map(([, word]) => word) };
}

/** From a step, the alignment over the words read that a person has set there; null where the network's own holds. */
export const alignmentBy =
  ({ looks }, places) =>
  (step) => {
    const at = looks.get(step);
    if (at === undefined) return null;
    const even = at === "even" || !places.includes(at);
    return Float64Array.from(places, (place) => (even ? 1 / places.length : Number(place === at)));
  };
