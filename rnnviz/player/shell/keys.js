// Keys reach a player wherever the focus is, except where they mean something else.

const SIDEWAYS = ["ArrowLeft", "ArrowRight"];
const MOVES = [...SIDEWAYS, "ArrowUp", "ArrowDown", "Home", "End"];

const withRole = (...roles) => roles.map((role) => `[role=${role}]`);

/** What Space presses. */
const PRESSED = [
  "a[href]",
  "button",
  "summary",
  "input:is([type=button], [type=checkbox], [type=image], [type=reset], [type=submit])",
  ...withRole("button", "checkbox", "link", "switch"),
].join();
/** What the arrows, Home and End move. */
const MOVED = ["input[type=range]", ...withRole("scrollbar", "slider")].join();
/** What is typed into, or chosen in by more keys than these: also when an element in it has the focus. */
const TYPED = [
  `input:not(${PRESSED}, ${MOVED})`,
  "select",
  "textarea",
  "video",
  "audio",
  "[contenteditable]:not([contenteditable=false])",
  ...withRole("application", "combobox", "grid", "listbox", "menu", "menubar", "radio", "radiogroup", "searchbox"),
  ...withRole("spinbutton", "tablist", "textbox", "tree", "treegrid"),
].join();
/** While one of these is open, keys are for what is in it. */
const DIALOG = ["dialog[open]", ...withRole("dialog", "alertdialog")].join();

/** What a key does in each of the players on this page, by its root. */
const players = new Map();

/**
 * Have a player hear keys.
 *
 * @param {HTMLElement} root
 * @param {(key: string) => boolean} press does what a key does; false where it does nothing
 * @returns {() => void} what ends it
 */
export function hearKeys(root, press) {
  if (!players.size) document.addEventListener("keydown", pass);
  players.set(root, press);
  return () => {
    players.delete(root);
    if (!players.size) document.removeEventListener("keydown", pass);
  };
}

/** A key goes to the player that has the focus, or else to the one in sight. */
function pass(event) {
  const [focused] = event.composedPath();
  const root = playerOf(focused);
  if (root && !meansElse(event, focused, root) && players.get(root)(event.key)) event.preventDefault();
}

/** One that waits for a prediction shows nothing that keys could move. */
function playerOf(focused) {
  const shown = [...players.keys()].filter((root) => root.checkVisibility() && !root.classList.contains("waiting"));
  const most = Math.max(0, ...shown.map(heightInSight));
  return shown.find((root) => root.contains(focused)) ?? shown.find((root) => most && heightInSight(root) === most);
}

function heightInSight(root) {
  const { top, bottom } = root.getBoundingClientRect();
  return Math.min(bottom, innerHeight) - Math.max(top, 0);
}

function meansElse(event, focused, root) {
  const { key, ctrlKey, altKey, metaKey, shiftKey } = event;
  if (ctrlKey || altKey || metaKey || shiftKey || event.isComposing || event.defaultPrevented) return true;
  if (isBehindDialog(root) || focused.closest(TYPED)) return true;
  if (focused.matches(MOVED)) return MOVES.includes(key);
  return (key === " " && focused.matches(PRESSED)) || scrolls(focused, key, root);
}

const isBehindDialog = (root) =>
  Array.from(document.querySelectorAll(DIALOG)).some((dialog) => dialog.checkVisibility() && !holds(dialog, root));

/** Whether a key would scroll what has the focus; the page around the player, and what follows its steps, do not count. */
function scrolls(focused, key, root) {
  if (holds(focused, root) || focused.dataset?.follows !== undefined) return false;
  const { overflowX, overflowY } = getComputedStyle(focused);
  const { scrollWidth, clientWidth, scrollHeight, clientHeight } = focused;
  if (SIDEWAYS.includes(key)) return scrollable(overflowX) && scrollWidth > clientWidth;
  return (key === " " || MOVES.includes(key)) && scrollable(overflowY) && scrollHeight > clientHeight;
}

const scrollable = (overflow) => overflow === "auto" || overflow === "scroll";

/** Whether an element is around a player, which may have a tree of its own. */
function holds(element, root) {
  const tree = root.getRootNode();
  return element.contains(root) || (tree instanceof ShadowRoot && element.contains(tree.host));
}
