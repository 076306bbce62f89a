// The Streamlit component that shows one network.

import { mount } from "./player.js";
import { component } from "./streamlit.js";

export default component(mount);
