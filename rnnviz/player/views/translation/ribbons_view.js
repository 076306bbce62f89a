// The two sentences, one above the other, and a ribbon from each word written to the words that it looked at.

import { changes, element, refill } from "../../shell/dom.js";
import { centring } from "../../shell/track.js";
import { percent } from "../../shell/typeset.js";

const FAINTEST = 0.02; // weights under this are not drawn; the table has them all
const [WIDEST, THINNEST] = [0.018, 0.0008]; // of a ribbon, as shares of the width
const [CLEAR, FULL] = [0.16, 0.75]; // the opacity of the others, and of those of the shown word

export function ribbonsView(context) {
  const [above, below] = ["read", "written"].map((kind) => element("div", { class: `words ${kind}` }));
  const picture = element("canvas", { class: "ribbons", "aria-hidden": "true" });
  const brush = picture.getContext("2d");
  const root = element(
    "div",
    {
      class: "sentences",
      role: "group",
      "aria-label": "What is read, above, and what is written, below",
      tabindex: "0",
    },
    above,
    picture,
    below,
  );
  const key = element(
    "p",
    { class: "legend" },
    element("span", { class: "key ribbon shown" }, "where the chosen step looks"),
    element("span", { class: "key ribbon" }, "the other steps"),
    `The wider a ribbon, the larger the weight; under ${percent(FAINTEST)} there is none.`,
  );
  const otherWords = changes();
  const centre = centring(root, () => context.run.steps.length);
  /** @type {{ row?: number, column?: number } | null} */
  let pointed = null;
  let [width, height] = [0, 0]; // of the picture, in pixels of the page
  const observer = new ResizeObserver(() => {
    [width, height] = [picture.clientWidth, picture.clientHeight];
    [picture.width, picture.height] = [width, height].map((length) => Math.round(length * devicePixelRatio));
    draw();
  });
  observer.observe(picture);

  function wordButton(text, label, click, point, wrong = false) {
    return element(
      "button",
      {
        type: "button",
        class: wrong ? "word wrong" : "word",
        "aria-label": label,
        click,
        pointerenter: () => pointAt(point),
        pointerleave: () => pointAt(null),
        focus: () => pointAt(point),
        blur: () => pointAt(null),
      },
      text,
    );
  }

  function pointAt(point) {
    pointed = point;
    mark(context.shown());
  }

  function build() {
    const { words, labels, translator, wrong } = context;
    if (otherWords(JSON.stringify([words, labels, translator.looks, labels.map((_, t) => wrong(t))]))) lay();
  }

  function lay() {
    const { words, labels, translator, wrong } = context;
    root.classList.toggle("blind", !translator.looks);
    key.hidden = !translator.looks;
    root.style.setProperty("--read", words.length);
    root.style.setProperty("--written", labels.length);
    refill(
      above,
      ...words.map((word, j) => wordButton(word, `Read: ${word}`, () => context.select({ unit: j }), { column: j })),
    );
    refill(
      below,
      ...labels.map((word, t) =>
        wordButton(
          word,
          wrong(t) ? `Step ${t + 1}: ${word}, another word is right here` : `Step ${t + 1}: ${word}`,
          () => context.select({ timeStep: t }),
          { row: t },
          wrong(t),
        ),
      ),
    );
  }

  /** All ribbons, those of the shown word over the others. */
  function draw() {
    const { words, labels, colours, translator } = context;
    brush.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    brush.clearRect(0, 0, width, height);
    if (!translator.looks || !width) return;
    brush.fillStyle = colours.palette.gate;
    const { row, column } = pointed ?? { row: context.shown().timeStep };
    const shown = (t, j) => (column === undefined ? t === row : j === column);
    for (const above of [false, true]) {
      brush.globalAlpha = above ? FULL : CLEAR;
      labels.forEach((_, t) => {
        context.at("alignment", t).forEach((weight, j) => {
          if (weight < FAINTEST || shown(t, j) !== above) return;
          ribbon((j + 0.5) / words.length, (t + 0.5) / labels.length, weight);
        });
      });
    }
  }

  /** From a share of the width above to one below. */
  function ribbon(from, to, weight) {
    const half = (width * Math.max(THINNEST, WIDEST * weight)) / 2;
    const [start, end, middle] = [from * width, to * width, height / 2];
    brush.beginPath();
    brush.moveTo(start - half, 0);
    brush.bezierCurveTo(start - half, middle, end - half, middle, end - half, height);
    brush.lineTo(end + half, height);
    brush.bezierCurveTo(end + half, middle, start + half, middle, start + half, 0);
    brush.fill();
  }

  function mark({ timeStep, unit }) {
    const row = pointed ? pointed.row : timeStep;
    const column = pointed?.column;
    draw();
    const weightOf = (j) =>
      row === undefined || row >= context.run.steps.length ? null : context.at("alignment", row)?.[j];
    [...above.children].forEach((node, j) => {
      node.classList.toggle("chosen", j === unit);
      const weight = column === undefined ? weightOf(j) : null;
      node.style.setProperty("--weight", weight ?? Number(column === j));
      node.title = weight === null || weight === undefined ? "" : percent(weight);
    });
    centre(timeStep);
    [...below.children].forEach((node, t) => {
      node.classList.toggle("chosen", t === timeStep);
      node.setAttribute("aria-pressed", String(t === timeStep));
      const weight = column === undefined ? Number(t === row) : (context.at("alignment", t)?.[column] ?? 0);
      node.style.setProperty("--weight", weight);
    });
  }

  return {
    element: element("div", { class: "told" }, root, key),
    load: build,
    update: mark,
    destroy: () => observer.disconnect(),
  };
}
