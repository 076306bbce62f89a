// The clock: which time step and unit are shown, how keys, buttons and playing change them, and who is told.

import { element } from "./dom.js";
import { hearKeys } from "./keys.js";

const MILLISECONDS_A_STEP = 900;

export class Clock {
  /**
   * @param root the element of the player
   * @param options `initial` any of {timeStep, unit, larger}; `extra`, what else a person can choose; functions
   *   `length()`, how many steps there are, `starts()`, the first that can be chosen, `units()`, how many units, and
   *   `loops()`, whether playing starts again at the end; `pace`, how many milliseconds a step takes at the usual speed; `backwards`, whether it starts at the last step and goes to the first; `keys`, further keys and what
   *   they do; `draw(chosen)`, after every change; `words()`, what a screen reader hears then; `onChange()`, after a
   *   person's; `announcement` is the element for the words, to be put somewhere
   */
  constructor(root, options) {
    const {
      initial,
      extra = {},
      length,
      starts = () => 0,
      units,
      loops = () => false,
      pace = MILLISECONDS_A_STEP,
      backwards = false,
      keys = {},
      draw,
      words,
      onChange,
    } = options;
    this.length = length;
    this.starts = starts;
    this.units = units;
    this.loops = loops;
    this.pace = pace;
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
    this.chosen.timeStep = this.step;
    this.endKeys = hearKeys(root, (key) => this.press(key));
  }

  /** Where playing starts, and where it ends. */
  get first() {
    return this.backwards ? this.length() - 1 : this.starts();
  }

  get last() {
    return this.backwards ? this.starts() : this.length() - 1;
  }

  // A shorter sequence shows its last step but does not forget the chosen one: a name is retyped letter by letter.
  get step() {
    return Math.max(this.starts(), within(this.chosen.timeStep, this.length() - 1));
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
    }, this.pace / this.chosen.speed);
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

  /** Do what a key does; false where it does nothing. With one unit there is none to choose, and the page may scroll. */
  press(key) {
    const { step, unit } = this;
    const choosing = {
      ArrowUp: () => this.select({ unit: unit - 1 }),
      ArrowDown: () => this.select({ unit: unit + 1 }),
    };
    const keys = {
      ...(this.units() > 1 && choosing),
      ArrowLeft: () => this.select({ timeStep: step - 1 }),
      ArrowRight: () => this.select({ timeStep: step + 1 }),
      Home: () => this.select({ timeStep: 0 }),
      End: () => this.select({ timeStep: Infinity }),
      " ": () => this.play(),
      ...this.keys,
    };
    if (!Object.hasOwn(keys, key)) return false;
    keys[key]();
    return true;
  }

  destroy() {
    this.stop();
    this.endKeys();
  }
}

/** A place that was asked for, brought within those there are. */
export const within = (value, top) => (value >= 0 ? Math.min(Math.trunc(value), top) : 0);
