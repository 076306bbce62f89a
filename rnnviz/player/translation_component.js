// What Streamlit imports to show a translation.

import { component } from "./shell/streamlit.js";
import { mount } from "./kinds/translation.js";

export default component(mount);
