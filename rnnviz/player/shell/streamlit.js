// The adapter that makes a player a Streamlit component. The selection lives in the page's address: it is read from there
// at first, and written there without a message to the server. The answer to a prediction is kept beside the address, in
// the browser's entry for the page: it survives a reload and is in no link.

import { tick } from "./path.js";

/** @import { Player } from "./types.js" */

const DEBOUNCE = 250;
const MILLISECONDS_A_LOOK = 15;
const places = new WeakMap();

const brightness = (colour) => {
  const [red, green, blue] = colour.match(/[\da-f]{2}/gi)?.map((pair) => parseInt(pair, 16)) ?? [255, 255, 255];
  return 0.299 * red + 0.587 * green + 0.114 * blue;
};

const themeOf = (host) =>
  brightness(getComputedStyle(host).getPropertyValue("--st-background-color").trim()) < 128 ? "dark" : "light";

/** The style sheet, for where none but ours reaches. */
function styleSheet() {
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = new URL("../player.css", import.meta.url).href;
  return link;
}

/** Whether the style sheet has arrived: only there --styled is set. */
const isStyled = (host) => getComputedStyle(host).getPropertyValue("--styled") !== "";

/**
 * What the address says, and where it says nothing, what the page opens with: texts by the same names. Once a lesson is
 * marked as begun, its screen is the learner's.
 */
function readAddress(opening = {}) {
  const query = new URLSearchParams(location.search);
  const missing = query.has("begun") ? [] : Object.entries(opening).filter(([name]) => !query.has(name));
  for (const [name, text] of missing) query.set(name, text);
  const text = (name) => query.get(name) || undefined;
  const fromOne = (name) => (text(name) === undefined ? undefined : Number(text(name)) - 1);
  return {
    timeStep: fromOne("step"),
    unit: fromOne("unit"),
    moment: fromOne("moment"),
    line: text("line"),
    larger: text("size") === "large",
    ahead: fromOne("ahead"),
    back: text("back") === undefined ? undefined : Number(text("back")),
    way: text("way"),
    whatIf: text("what_if") ?? "",
    sample: text("sample"),
    reading: query.get("reading") ?? undefined, // one without characters is a text too
    painted: passagesIn(text("painted")),
    inside: text("inside") === "open",
    threshold: text("threshold") === undefined ? undefined : Number(text("threshold")),
    answer: text("answer"), // of an older link
    ...history.state?.prediction,
  };
}

/** Passages from a text such as "23-30 41-55", the first and the last step of each, counted from 1. */
const passagesIn = (text = "") =>
  Array.from(text.matchAll(/(\d{1,6})-(\d{1,6})/g), ([, first, last]) => ({
    start: Number(first) - 1,
    end: Number(last),
  }));

/** Keep the answer to a prediction, and note on the path that it was given. */
function keepAnswer({ answer, about }, { stop }) {
  const address = new URL(location.href);
  address.searchParams.delete("answer");
  const prediction = answer === undefined ? undefined : { answer, about };
  history.replaceState({ ...history.state, prediction }, "", address);
  if (prediction && stop) tick(stop);
}

/** Write a selection into the address: what is not as by default. */
function writeAddress(selection) {
  const { timeStep, defaultStep = 0, moment = null, line, larger, defaultLine, whatIf } = selection;
  const { unit = null, defaultUnit = 0, sample, reading, painted = [], inside } = selection;
  const { ahead, defaultAhead, back, way, threshold } = selection;
  const address = new URL(location.href);
  const entries = {
    step: timeStep !== defaultStep && timeStep + 1,
    unit: unit !== null && unit !== defaultUnit && unit + 1,
    moment: moment !== null && moment + 1,
    line: line !== defaultLine && line,
    size: larger && "large",
    ahead: ahead !== defaultAhead && ahead + 1,
    back,
    way: way === "recursive" && way,
    what_if: whatIf,
    sample,
    painted: painted.map(({ start, end }) => `${start + 1}-${end}`).join(" "),
    inside: inside && "open",
    threshold,
    reading,
  };
  for (const [name, value] of Object.entries(entries)) {
    if (value || (name === "reading" && value === "")) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

/** A host element and the player in it, from the first data on. */
class Place {
  constructor(host, load) {
    this.host = host;
    this.load = load;
    this.tell = (_name, _value) => {};
    this.gone = false;
    /** @type {{ text: string, theme: string } | null} */
    this.shown = null;
    /** @type {Player | null} */
    this.player = null;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.destroy = this.destroy.bind(this);
  }

  /** Whether this is what was sent last. */
  shows(text, theme) {
    return this.shown !== null && this.shown.text === text && this.shown.theme === theme;
  }

  /**
   * Show what the server has sent; the same scene in the same theme changes nothing.
   *
   * @param sent the `scene` as text; what the page opens with, as texts by their names in the address; where dials
   *   stand; the glossary as text
   */
  async show({ scene: text, opening, at, glossary = "[]" }) {
    const theme = themeOf(this.host);
    if (this.shows(text, theme)) return;
    const before = this.shown;
    this.shown = { text, theme };
    const data = JSON.parse(text);
    if (this.player && before?.theme === theme && this.kind === data.kind && this.player.update(data)) return;

    const loading = this.load(data.kind);
    while (!isStyled(this.host) && !this.gone) await new Promise((look) => setTimeout(look, MILLISECONDS_A_LOOK));
    const { mount } = await loading;
    if (!this.gone && this.shows(text, theme))
      this.mount(mount, data, theme, { ...readAddress(opening), at }, JSON.parse(glossary)); // or another came meanwhile
  }

  mount(mount, data, theme, opened, terms) {
    const known = this.player?.selection();
    this.player?.destroy();
    this.kind = data.kind;
    const initial = known ?? opened;
    const told = { dials: JSON.stringify(initial.at), answered: "false" };
    const report = (name, value) => {
      const text = JSON.stringify(value);
      if (value !== undefined && text !== told[name]) this.tell(name, value);
      told[name] = text;
    };
    const onChange = (selection) => {
      if (!selection) return; // a picture in which nothing is chosen
      if (data.prediction) keepAnswer(selection, data.prediction);
      report("answered", selection.answered);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => {
        if ("timeStep" in selection) writeAddress(selection);
        report("dials", selection.at);
      }, DEBOUNCE);
    };
    const autoplay = data.autoplay && !known && initial.timeStep === undefined;
    const player = mount(this.host, data, { theme, initial, autoplay, terms, onChange });
    this.player = player;
    this.host.hidden = false;
    if (known || initial.answer) onChange(player.selection()); // a smaller network may have moved the unit
  }

  destroy() {
    this.gone = true;
    clearTimeout(this.timer);
    this.player?.destroy();
    places.delete(this.host);
  }
}

/**
 * What Streamlit calls to show a player: at first, and whenever the server has sent something.
 *
 * @param load from a kind, a promise of its module
 */
export const component =
  (load) =>
  ({ data, parentElement, setStateValue }) => {
    const host = parentElement.querySelector(".host");
    if (!places.has(host)) {
      places.set(host, new Place(host, load));
      host.before(styleSheet());
    }
    const place = places.get(host);
    place.tell = setStateValue;
    place.show(data);
    return place.destroy;
  };
