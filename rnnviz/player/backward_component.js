// The Streamlit component that shows the gradient.

import { mount } from "./kinds/backward.js";
import { component } from "./shell/streamlit.js";

export default component(mount);
