// Small helpers for building pages. Text from outside always becomes a text node, never markup.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const SVG = "http://www.w3.org/2000/svg";

function fill(node, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** An element with attributes, listeners (functions, by event name) and children. */
export const element = (tag, properties = {}, ...children) => fill(document.createElement(tag), properties, children);
export const math = (tag, properties = {}, ...children) =>
  fill(document.createElementNS(MATHML, tag), properties, children);
export const svg = (tag, properties = {}, ...children) =>
  fill(document.createElementNS(SVG, tag), properties, children);

/** One line of text that changes while one steps or drags: laid out alone, where it is the only one in its block. */
export const settled = () => element("span", { class: "settled" });

/** Set the text of an element without others in it, where it is another: the same would be laid out anew. */
export function write(node, text) {
  const known = node.firstChild;
  if (known === null) node.append(text);
  else if (known.data !== text) known.data = text;
}

/** Give an element children like these: what is there already is changed where it differs, and keeps its listeners. */
export function refill(node, ...children) {
  const known = [...node.childNodes];
  children.forEach((child, place) => {
    const old = known[place];
    if (!old) node.append(child);
    else if (old.nodeName !== child.nodeName) old.replaceWith(child);
    else if (old.nodeType === Node.TEXT_NODE) {
      if (old.data !== child.data) old.data = child.data;
    } else {
      for (const name of old.getAttributeNames()) if (!child.hasAttribute(name)) old.removeAttribute(name);
      for (const { name, value } of child.attributes)
        if (old.getAttribute(name) !== value) old.setAttribute(name, value);
      refill(old, ...child.childNodes);
    }
  });
  for (const old of known.slice(children.length)) old.remove();
}

/** Set properties of a control, those that are other than before: each setting has it laid out anew. */
export function assign(node, properties) {
  for (const [name, value] of Object.entries(properties)) {
    if (String(node[name]) !== String(value)) node[name] = value;
  }
}

/** A function that says whether a text is another than the one it was asked about before. */
export function changes() {
  let known = null;
  return (text) => {
    const other = known !== text;
    known = text;
    return other;
  };
}

/** A canvas of one pixel a value, which the style sheet stretches. */
export class Raster {
  constructor() {
    this.canvas = element("canvas", { "aria-hidden": "true" });
    this.context = this.canvas.getContext("2d");
    this.image = new ImageData(1, 1);
    this.words = new Uint32Array(this.image.data.buffer); // the same pixels, each as one number
  }

  /** Colour every place with the word (see colours.js) that `wordAt(row, column)` gives; 0 is clear. */
  draw(rows, columns, wordAt) {
    const { canvas } = this;
    if (this.image.width !== columns || this.image.height !== rows || canvas.width !== columns) {
      [canvas.width, canvas.height] = [columns, rows];
      this.image = new ImageData(columns, rows);
      this.words = new Uint32Array(this.image.data.buffer);
    }
    for (let row = 0, place = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) this.words[place++] = wordAt(row, column);
    }
    this.context.putImageData(this.image, 0, 0);
  }
}

/** The row and column of a raster under the pointer. */
export function placeUnder(event, rows, columns) {
  const box = event.currentTarget.getBoundingClientRect();
  const at = (offset, size, count) => Math.min(count - 1, Math.max(0, Math.floor((offset / size) * count)));
  return {
    row: at(event.clientY - box.top, box.height, rows),
    column: at(event.clientX - box.left, box.width, columns),
  };
}

/**
 * Make an element a player, or what else it is called: its role, its theme, and the colours that its looks are made of.
 *
 * @param {HTMLElement} root
 * @param {import("./types.js").Page} data
 * @param {"light" | "dark"} theme
 */
export function dress(root, { palettes, classroom }, theme, called = "Player") {
  root.dataset.testid = called.toLowerCase();
  root.dataset.theme = theme;
  root.classList.add("player");
  root.classList.toggle("classroom", Boolean(classroom));
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", called);
  for (const [name, colour] of Object.entries(palettes[theme])) {
    root.style.setProperty(`--${name.replace("_", "-")}`, colour);
  }
}
