// The Streamlit component that shows a network learn.

import { mount } from "./learning.js";
import { component } from "./streamlit.js";

export default component(mount);
