// The Streamlit component that shows several networks side by side.

import { mount } from "./board.js";
import { component } from "./streamlit.js";

export default component(mount);
