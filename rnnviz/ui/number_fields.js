// Fields for numbers, as people type into them. A browser drops what it does not know from such a field: of "0,5" it keeps
// 05, of "−1" the 1. Here the signs of other customs become its own, and what could mean two things is asked about.

const MINUS = /[\u2010-\u2015\u2212\uFE63\uFF0D]/g;
const GAPS = /(?<=\d)[\s'’](?=\d{3}(?!\d))/g;
const GROUPED = /^[+-]?[1-9]\d{0,2}([.,])\d{3}(?:\1\d{3})*$/;
/** What a browser takes as it is, a part of a number too: in a field for integers, and in any other. */
const [INTEGER, NUMBER] = [/^[\d+-]*$/, /^[+-]?\d*\.?\d*(?:[eE][+-]?\d*)?$/];

let listening = false;

/**
 * What a text means in a field: {text}, as the field takes it; or {asks}, a sentence about what is not clear.
 *
 * @param {string} typed
 * @param {boolean} whole whether only integers count
 * @returns {{ text?: string, asks?: string }}
 */
export function meant(typed, whole) {
  const text = typed.trim().replace(MINUS, "-").replace(GAPS, "");
  const marks = text.match(/[.,]/g) ?? [];
  const [first = "", last = ""] = [marks.at(0), marks.at(-1)];
  if (GROUPED.test(text) && (marks.length > 1 || (whole && first === ","))) return { text: text.replaceAll(first, "") };
  if (GROUPED.test(text) && (whole || first === ",")) {
    const [one, other] = ["", "."].map((sign) => text.replace(first, sign));
    return { asks: `“${typed}” can be read as ${one} or as ${other}: type the one that is meant.` };
  }
  const grouped = first === last ? text : text.replaceAll(first, "");
  const number = last ? grouped.replace(last, ".") : grouped;
  return whole && number.includes(".") ? { asks: `“${typed}” is no whole number.` } : { text: number };
}

/**
 * Take over what is typed or pasted into a field for numbers, where the browser would drop something of it.
 *
 * @param {InputEvent} event
 */
function take(event) {
  const field = /** @type {HTMLInputElement} */ (event.composedPath()[0]);
  const typed = event.data ?? event.dataTransfer?.getData("text/plain");
  if (field.type !== "number" || !typed) return;
  const whole = field.step !== "any" && Number.isInteger(Number(field.step || 1));
  if ((whole ? INTEGER : NUMBER).test(typed)) return;
  const { text, asks } = meant(typed, whole);
  event.preventDefault();
  field.setCustomValidity(asks ?? "");
  if (asks) field.reportValidity();
  else document.execCommand("insertText", false, text);
}

/** What was asked about is over once something else is typed. */
function forget(event) {
  event.composedPath()[0].setCustomValidity?.("");
}

export default () => {
  if (listening) return;
  listening = true;
  document.addEventListener("beforeinput", take, { capture: true });
  document.addEventListener("input", forget, { capture: true });
};
