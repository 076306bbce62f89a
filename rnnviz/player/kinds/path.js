// The path through the lessons: its stops in order, with what this browser knows to be done.

import { dress, element } from "../shell/dom.js";
import { done, untickAll } from "../shell/path.js";

/** @import { Options, PathData, Player } from "../shell/types.js" */

/**
 * Show the path.
 *
 * @param {HTMLElement} root the element to fill
 * @param {PathData} data
 * @param {Options} options as for `mount` in player.js
 * @returns {Player}
 */
export function mount(root, data, { theme = "light" } = {}) {
  let { stops } = data;
  draw();
  dress(root, data, theme, "Path");

  function draw() {
    const ticked = done();
    const lessons = stops.flatMap((stop) => stop.lessons);
    const next = lessons.find(({ name }) => !ticked.has(name)) ?? lessons[0];
    const count = lessons.filter(({ name }) => ticked.has(name)).length;
    const begun = count > 0;
    root.replaceChildren(
      element("ol", { class: "path" }, ...stops.map((stop) => stopOf(stop, ticked, next))),
      element(
        "p",
        { class: "path-foot" },
        element("a", { class: "onward", href: next.href }, begun ? "Go on" : "Start here"),
        element("span", { class: "caption" }, `${count} of ${lessons.length} lessons done; only this browser knows.`),
        element("button", { type: "button", hidden: !begun, click: forget }, "Forget what was done"),
      ),
    );
  }

  function forget() {
    untickAll();
    draw();
    /** @type {HTMLElement | null} */ (root.querySelector(".onward"))?.focus();
  }

  return {
    selection: () => ({}),
    update(other) {
      ({ stops } = other);
      draw();
      return true;
    },
    destroy: () => root.replaceChildren(),
  };
}

function stopOf({ title, aim, lessons }, ticked, next) {
  const finished = lessons.every(({ name }) => ticked.has(name));
  return element(
    "li",
    { class: finished ? "stop finished" : "stop" },
    element("h3", {}, title),
    element("p", { class: "caption" }, aim),
    element("ul", {}, ...lessons.map((lesson) => lessonOf(lesson, ticked.has(lesson.name), lesson === next))),
  );
}

function lessonOf({ title, href }, isDone, isNext) {
  return element(
    "li",
    { class: isDone ? "done" : "", "aria-current": isNext ? "step" : null },
    element("a", { href }, title),
    isDone ? element("span", { class: "unseen" }, " (done)") : "",
  );
}
