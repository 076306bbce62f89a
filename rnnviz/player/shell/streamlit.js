// The adapter that makes a player a Streamlit component; each kind has an entry of its own, so that a page loads no other. The selection lives in the page's address: it is read from
// there at first, and written there without a message to the server.

const DEBOUNCE = 250;
const players = new WeakMap();

const brightness = (colour) => {
  const [red, green, blue] = colour.match(/[\da-f]{2}/gi)?.map((pair) => parseInt(pair, 16)) ?? [255, 255, 255];
  return 0.299 * red + 0.587 * green + 0.114 * blue;
};

function readAddress() {
  const query = new URLSearchParams(location.search);
  const fromOne = (name) => (query.has(name) ? Number(query.get(name)) - 1 : undefined);
  return {
    timeStep: fromOne("step"),
    unit: fromOne("unit"),
    moment: fromOne("moment"),
    line: query.get("line") ?? undefined,
    larger: query.get("size") === "large",
    whatIf: query.get("what_if") ?? "",
    answer: query.get("answer") ?? undefined,
  };
}

function writeAddress({ timeStep, defaultStep = 0, unit, moment = null, line, larger, defaultLine, whatIf, answer }) {
  const address = new URL(location.href);
  const entries = {
    step: timeStep !== defaultStep && timeStep + 1,
    unit: unit && unit + 1,
    moment: moment !== null && moment + 1,
    line: line !== defaultLine && line,
    size: larger && "large",
    what_if: whatIf,
    answer,
  };
  for (const [name, value] of Object.entries(entries)) {
    if (value) address.searchParams.set(name, value);
    else address.searchParams.delete(name);
  }
  if (address.href !== location.href) history.replaceState(history.state, "", address);
}

/** What Streamlit calls to show one kind of player: at first, and whenever the server has sent something. */
export const component =
  (mount) =>
  ({ data: text, parentElement }) => {
    const host = parentElement.querySelector(".host");
    const theme =
      brightness(getComputedStyle(host).getPropertyValue("--st-background-color").trim()) < 128 ? "dark" : "light";
    const known = players.get(host);
    if (known?.text === text && known.theme === theme) return known.destroy;

    const data = JSON.parse(text);
    if (known?.theme === theme && known.player.update(data)) {
      known.text = text;
      return known.destroy;
    }

    const initial = known ? known.player.selection() : readAddress();
    known?.destroy();
    let timer = null;
    const onChange = (selection) => {
      clearTimeout(timer);
      timer = setTimeout(() => writeAddress(selection), DEBOUNCE);
    };
    const autoplay = data.autoplay && !known && initial.timeStep === undefined;
    const player = mount(host, data, { theme, initial, autoplay, onChange });
    if (known) onChange(player.selection()); // a smaller network may have moved the unit
    const destroy = () => {
      clearTimeout(timer);
      player.destroy();
      players.delete(host);
    };
    players.set(host, { player, destroy, text, theme });
    return destroy;
  };
