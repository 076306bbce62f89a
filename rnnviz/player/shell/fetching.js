// A player whose files are fetched once it is there: the page is not kept waiting for weights.

import { dress, element, write } from "./dom.js";

/** @import { Options, Page, Player } from "./types.js" */

/** What has been fetched, by address: a promise of its bytes. */
const known = new Map();

/** The bytes of a file of the server's, given by its address from the app's: fetched once. */
export function bytesOf(file) {
  const address = new URL(file, document.baseURI).href;
  if (!known.has(address)) {
    const bytes = fetched(address);
    bytes.catch(() => known.delete(address)); // to be tried again
    known.set(address, bytes);
  }
  return known.get(address);
}

/** Have a file fetched anew when it is asked for again: what came was not what is needed. */
export const forget = (file) => known.delete(new URL(file, document.baseURI).href);

/** Why something did not come, for the middle of a sentence. */
export const whyOf = (error) => (error instanceof Error ? error.message : String(error)).replace(/\.$/, "");

async function fetched(address) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.arrayBuffer();
}

/**
 * A player that is mounted when its files are there; at once where it has none.
 *
 * @param {HTMLElement} root
 * @param {Page} data
 * @param {Options} options
 * @param {(string | null)[]} files from the app's address; null where there is none
 * @param {(bytes: (ArrayBuffer | null)[]) => Player} mount given the bytes of each
 * @returns {Player}
 */
export function whenFetched(root, data, { theme = "light" }, files, mount) {
  if (!files.some(Boolean)) return mount(files.map(() => null));
  /** @type {Player | null} */
  let player = null;
  let gone = false;
  const waiting = element("p", { class: "caption", role: "status" }, "The network is on its way.");
  dress(root, data, theme);
  root.replaceChildren(waiting);
  Promise.all(files.map((file) => (file ? bytesOf(file) : null)))
    .then((bytes) => {
      if (!gone) player = mount(bytes);
    })
    .catch((error) => write(waiting, `The network could not be shown: ${whyOf(error)}. Reload the page to try again.`));
  return {
    selection: () => player?.selection() ?? null,
    update: (other) => player?.update(other) ?? false,
    destroy() {
      gone = true;
      player?.destroy();
      root.replaceChildren();
    },
  };
}
