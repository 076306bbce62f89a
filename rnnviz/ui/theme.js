// The server draws charts in the colours of the theme that it was told of. When the browser turns to the other one, it is
// asked to draw them anew: Streamlit does not.

let known = "";

export default ({ parentElement, setTriggerValue }) => {
  const host = parentElement.host ?? parentElement;
  const now = getComputedStyle(host).getPropertyValue("--st-background-color").trim();
  if (known && now !== known) setTriggerValue("turned", now);
  known = now;
};
