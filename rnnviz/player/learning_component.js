// The Streamlit component that shows a network learn.

import { mount } from "./kinds/learning.js";
import { component } from "./shell/streamlit.js";

export default component(mount);
