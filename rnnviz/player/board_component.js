// The Streamlit component that shows several networks side by side.

import { mount } from "./kinds/board.js";
import { component } from "./shell/streamlit.js";

export default component(mount);
