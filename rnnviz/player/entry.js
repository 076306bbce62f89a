// The Streamlit component, one for every kind of player: a page loads the modules of the kind it shows, and no other's.

import { component } from "./shell/streamlit.js";

const KINDS = {
  player: () => import("./kinds/player.js"),
  board: () => import("./kinds/board.js"),
  backward: () => import("./kinds/backward.js"),
  curves: () => import("./kinds/curves.js"),
  detecting: () => import("./kinds/detecting.js"),
  learning: () => import("./kinds/learning.js"),
  question: () => import("./kinds/question.js"),
  path: () => import("./kinds/path.js"),
  writing: () => import("./kinds/writing.js"),
  reading: () => import("./kinds/reading.js"),
  forecasting: () => import("./kinds/forecasting.js"),
  translation: () => import("./kinds/translation.js"),
};

export default component((kind) => KINDS[kind]());
