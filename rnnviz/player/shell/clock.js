// The clock: which time step and unit are shown, how keys, buttons and playing change them, and who is told.

import { element } from "./dom.js";

const MILLISECONDS_A_STEP = 900;

export class Clock {
  /**
   * @param root the element that takes the keys
   * @param options `initial` any of {timeStep, unit, larger}; `extra`, what else a person can choose; functions
   *   `length()`, how many steps there are, `units()`, how many units, and `loops()`, whether playing starts again at
   *   the end; `backwards`, whether it starts at the last step and goes to the first; `keys`, further keys and what
   *   they do; `draw(chosen)`, after every change; `words()`, what a screen reader hears then; `onChange()`, after a
   *   person's; `announcement` is the element for the words, to be put somewhere
   */
  constructor(root, options) {
    const {
      initial,
      extra = {},
      length,
      units,
      loops = () => false,
      backwards = false,
      keys = {},
      draw,
      words,
      onChange,
    } = options;
    this.root = root;
    this.length = length;
    this.units = units;
    this.loops = loops;
    this.backwards = backwards;
    this.keys = keys;
    this.draw = draw;
    this.words = words;
    this.onChange = onChange;
    /** @type {number | undefined} */
    this.timer = undefined;
    this.announced = element("p", { "aria-live": "polite" });
    this.announcement = element("div", { class: "unseen" }, this.announced);
    this.chosen = {
      ...extra,
      timeStep: within(initial.timeStep ?? this.first, length() - 1),
      unit: within(initial.unit, units() - 1),
      larger: Boolean(initial.larger),
      speed: 1,
      playing: false,
    };
    this.onKey = this.onKey.bind(this);
    this.onPageKey = this.onPageKey.bind(this);
    root.addEventListener("keydown", this.onKey);
    document.addEventListener("keydown", this.onPageKey);
  }

  /** Where playing starts, and where it ends. */
  get first() {
    return this.backwards ? this.length() - 1 : 0;
  }

  get last() {
    return this.backwards ? 0 : this.length() - 1;
  }

  // A shorter sequence shows its last step but does not forget the chosen one: a name is retyped letter by letter.
  get step() {
    return within(this.chosen.timeStep, this.length() - 1);
  }

  get unit() {
    return within(this.chosen.unit, this.units() - 1);
  }

  /** What is to be drawn: the choice, within what there is. */
  get shown() {
    return { ...this.chosen, timeStep: this.step, unit: this.unit };
  }

  change(changes) {
    Object.assign(this.chosen, changes);
    if ("timeStep" in changes) this.chosen.timeStep = this.step;
    if ("unit" in changes) this.chosen.unit = this.unit;
    this.draw();
    if (!this.chosen.playing) this.announced.textContent = this.words();
  }

  /** A person's choice: whatever they touch, playing stops unless it is the speed or the size. */
  select(changes) {
    if ("timeStep" in changes) this.stop();
    this.change(changes);
    if (this.chosen.playing) this.start();
    this.onChange();
  }

  start() {
    clearInterval(this.timer);
    this.timer = setInterval(() => {
      if (this.step !== this.last) this.change({ timeStep: this.step + (this.backwards ? -1 : 1) });
      else if (this.loops()) this.change({ timeStep: this.first });
      else this.pause();
    }, MILLISECONDS_A_STEP / this.chosen.speed);
  }

  stop() {
    clearInterval(this.timer);
    this.chosen.playing = false;
  }

  pause() {
    this.stop();
    this.change({});
    this.onChange();
  }

  /** Play, or pause what is playing. */
  play() {
    if (this.chosen.playing) {
      this.pause();
      return;
    }
    this.change({ playing: true, timeStep: this.step === this.last ? this.first : this.step });
    this.start();
  }

  press(key) {
    const { step, unit } = this;
    const keys = {
      ...this.keys,
      ArrowLeft: () => this.select({ timeStep: step - 1 }),
      ArrowRight: () => this.select({ timeStep: step + 1 }),
      Home: () => this.select({ timeStep: 0 }),
      End: () => this.select({ timeStep: Infinity }),
      ArrowUp: () => this.select({ unit: unit - 1 }),
      ArrowDown: () => this.select({ unit: unit + 1 }),
      " ": () => this.play(),
    };
    if (!Object.hasOwn(keys, key)) return false;
    keys[key]();
    return true;
  }

  onKey(event) {
    const focused = event.composedPath()[0];
    const numbers = focused.type === "number" || (focused.type === "range" && !Object.hasOwn(this.keys, event.key));
    const typing = focused.tagName === "SELECT" || (numbers && event.key !== " ");
    const pressing = ["BUTTON", "SUMMARY", "A"].includes(focused.tagName) && event.key === " ";
    if (!plain(event) || typing || pressing || !this.press(event.key)) return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** With nothing focused, left and right step too: a teacher need not click the picture first. In class all keys do. */
  onPageKey(event) {
    const stepping = event.key === "ArrowLeft" || event.key === "ArrowRight";
    if (!(stepping || this.root.classList.contains("classroom"))) return;
    if (plain(event) && event.target === document.body && this.press(event.key)) event.preventDefault();
  }

  destroy() {
    this.stop();
    this.root.removeEventListener("keydown", this.onKey);
    document.removeEventListener("keydown", this.onPageKey);
  }
}

/** A place that was asked for, brought within those there are. */
export const within = (value, top) => (value >= 0 ? Math.min(Math.trunc(value), top) : 0);
const plain = (event) => !(event.ctrlKey || event.altKey || event.metaKey || event.shiftKey);
