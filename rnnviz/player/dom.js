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

/** A canvas of one pixel a value, which the style sheet stretches; `colourAt(row, column)` gives [red, green, blue]. */
export function raster(rows, columns, colourAt) {
  const canvas = element("canvas", { width: columns, height: rows, "aria-hidden": "true" });
  const image = new ImageData(columns, rows);
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const [red, green, blue] = colourAt(row, column);
      image.data[place++] = red;
      image.data[place++] = green;
      image.data[place++] = blue;
      image.data[place++] = 255;
    }
  }
  canvas.getContext("2d").putImageData(image, 0, 0);
  return canvas;
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
