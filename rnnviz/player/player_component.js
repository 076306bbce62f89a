// The Streamlit component that shows one network.

import { mount } from "./kinds/player.js";
import { component } from "./shell/streamlit.js";

export default component(mount);
