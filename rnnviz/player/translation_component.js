// What Streamlit imports to show a translation.

import { component } from "./streamlit.js";
import { mount } from "./translation.js";

export default component(mount);
