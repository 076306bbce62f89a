// The Streamlit component that shows the gradient.

import { mount } from "./backward.js";
import { component } from "./streamlit.js";

export default component(mount);
