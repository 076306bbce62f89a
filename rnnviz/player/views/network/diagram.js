// The cell as a diagram: what its equations compute from what, with the numbers of the chosen unit on the wires.

import { component } from "../../engine/arrays.js";
import { dataflow } from "../../engine/dataflow.js";
import { element, svg, write } from "../../shell/dom.js";
import { format, GLYPHS, symbolParts } from "../../shell/typeset.js";
import { layOut } from "./diagram_layout.js";
import { HALF } from "./diagram_paths.js";

const SIGNS = { "*": "×", "+": "+", "-": "−", negate: "−", "/": "∕", "=": "=" };
/** Where it matters which operand comes first. */
const ORDERED = new Set(["-", "/"]);
const EM = 16;
/** So far below its letter an index stands. */
const DOWN = 4;
/** The colours of what has no name: anything from −1 to 1. */
const UNNAMED = { scale: "signed", colourRange: [-1, 1] };

export function diagramView(context) {
  const { data, colours, quantityOf, select, point } = context;
  const flow = dataflow(data.cell);
  const layout = layOut(flow);

  const valueAt = ({ name, kind, expression }, unit, t) =>
    component(name && kind !== "source" ? context.trace.at(name, t) : context.trace.evaluate(expression, t), unit);

  const wires = [...layout.wires, ...layout.outputs].map(({ from, path }) => {
    const node = flow.nodeOf(from);
    const named = node.kind === "source" ? node.id : node.name;
    const colour = colours.of(named ? quantityOf(named) : UNNAMED);
    const glow = svg("path", { class: "glow", d: path });
    return { node, colour, glow, wire: svg("path", { class: "wire", d: path }), shown: -1 };
  });

  /** Whether the wire of a part leaves to the right of its top, where its number would stand. */
  const leansRight = (id, { x, y }) =>
    layout.wires.some(({ from, to }) => {
      const next = layout.places.get(to);
      return from === id && next !== undefined && next.y < y && next.x > x;
    });

  const parts = [...layout.places].map(([id, { x, y }]) => {
    const node = flow.nodeOf(id);
    const left = leansRight(id, { x, y });
    const half = HALF[node.kind];
    const body =
      node.kind === "box"
        ? svg("rect", { x: -half.x, y: -half.y, width: 2 * half.x, height: 2 * half.y, rx: 7 })
        : svg("circle", { r: half.x });
    const number = svg("tspan", {});
    const name = node.name ? [svg("tspan", { class: "name" }, node.name), " "] : [];
    const group = svg(
      "g",
      {
        class: `part ${node.kind}`,
        transform: `translate(${x} ${y})`,
        "data-line": node.line,
        click: () => select({ line: node.line }),
        pointerenter: () => point({ line: node.line, text: (t) => said(node, t) }),
      },
      body,
      svg("text", { class: "does" }, labelOf(node, flow)),
      svg("text", { class: left ? "number end" : "number", x: (left ? -1 : 1) * 9, y: -half.y - 5 }, ...name, number),
    );
    return { node, group, number };
  });

  let unitShown = 0;
  function said(node, t) {
    const value = valueAt(node, unitShown, t);
    const title = node.name ? quantityOf(node.name).title : "This part";
    return value === undefined
      ? `${title} has no unit ${unitShown + 1}`
      : `${title} of unit ${unitShown + 1} is ${format(value)}`;
  }

  const picture = svg(
    "svg",
    {
      viewBox: `0 0 ${layout.width} ${layout.height}`,
      style: `width: ${layout.width / EM}em`,
      role: "img",
      "aria-label": `How the ${data.cell.title} computes its state; the equations below say the same`,
    },
    ...layout.lines.flatMap(({ path, y, source, taps }) => [
      svg("path", { class: "line", d: path }),
      ...taps.map((tap) => svg("path", { class: "line", d: tap.path })),
      ...taps.map(({ to, x }) => weightOf(flow.nodeOf(to).weights[source], x + 3, y - 7)),
      svg("text", { class: "end", x: 56, y: y + 5 }, ...symbolOf(source)),
    ]),
    ...wires.map(({ glow }) => glow),
    ...wires.map(({ wire }) => wire),
    ...layout.inputs.map(({ source, x, y }) => svg("text", { class: "end", x: x - 8, y: y + 5 }, ...symbolOf(source))),
    ...layout.outputs.map(({ state, x, y }) => svg("text", { class: "out", x: x + 4, y: y + 5 }, ...symbolOf(state))),
    ...parts.map(({ group }) => group),
  );
  const caption = element("p", { class: "caption" });

  return {
    element: element(
      "div",
      { class: "diagram", style: `width: ${layout.width / EM}em`, pointerleave: () => point(null) },
      element(
        "div",
        { class: "scroller", role: "group", "aria-label": "The cell as a diagram", tabindex: "0" },
        picture,
      ),
      caption,
    ),
    load() {
      for (const wire of wires) wire.shown = -1;
    },
    update({ timeStep, unit, line }) {
      unitShown = unit;
      write(
        caption,
        `On the wires: the numbers of unit ${unit + 1}. A box adds what comes in, whole vectors (grey) times its weights, and its bias.`,
      );
      for (const wire of wires) {
        const colour = wire.colour(valueAt(wire.node, unit, timeStep) ?? 0);
        if (colour !== wire.shown) wire.glow.style.stroke = css(colour);
        wire.shown = colour;
      }
      for (const { node, group, number } of parts) {
        const value = valueAt(node, unit, timeStep);
        write(number, value === undefined ? "" : format(value, 2)); // a shorter vector has no such unit
        group.classList.toggle("framed", node.line === line);
      }
    },
  };
}

/** What a part does, in a sign. What it works with beside its wires stands where it is written, and once more than once. */
function labelOf({ kind, label, operands }, { nodeOf }) {
  if (kind === "box") return GLYPHS[label] ?? label;
  const sign = SIGNS[label] ?? label;
  const nameOf = ({ id, constant }) => constant ?? nodeOf(id).name.replace("'", "′");
  const isRepeated = ({ id }, k) => id && operands.findIndex((other) => other.id === id) < k;
  if (!ORDERED.has(label) || operands.length < 2) {
    return [sign, ...operands.filter((one, k) => one.constant || isRepeated(one, k)).map(nameOf)].join("");
  }
  const [left, right] = operands;
  if (left.constant) return `${left.constant}${sign}`;
  return nameOf(right) ? `${sign}${nameOf(right)}` : `${nameOf(left)}${sign}`;
}

/** The weights that a vector meets on its way, beside that way. */
function weightOf(names = [""], x, y) {
  const called = names.map((name) => (name ? symbolOf(name, true) : ["1"]));
  const listed = called.flatMap((pieces, k) => (k ? [svg("tspan", { dy: -DOWN }, "+"), ...pieces] : pieces));
  return svg("text", { class: "weight", x, y }, ...(names.join("") ? listed : []));
}

/** A symbol as pieces of a text. */
function symbolOf(key, isWeight = false) {
  const { base, index } = symbolParts(key, isWeight);
  return [svg("tspan", { class: "name" }, base), svg("tspan", { class: "index", dy: DOWN }, index)];
}

/** A pixel's word, see colours.js, as the style sheet writes it. */
const css = (word) => `rgb(${word & 255} ${(word >> 8) & 255} ${(word >> 16) & 255})`;
