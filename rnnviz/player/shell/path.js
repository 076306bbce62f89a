// Which stops of the path a person has done: kept in this browser alone.

const PLACE = "rnnviz.path";

/** The names of what was done. */
export function done() {
  try {
    const names = JSON.parse(localStorage.getItem(PLACE) ?? "[]");
    return new Set(Array.isArray(names) ? names : []);
  } catch {
    return new Set(); // nothing may be kept here, or it is not ours
  }
}

/** Note that something was done. */
export function tick(name) {
  keep(done().add(name));
}

/** Forget what was done. */
export function untickAll() {
  keep(new Set());
}

function keep(names) {
  try {
    localStorage.setItem(PLACE, JSON.stringify([...names]));
  } catch {
    // A browser that keeps nothing shows the path without ticks.
  }
}
