/** The one element of ours in the page: first in <body>, put back when the page removes it. */
import { keys } from './natives.js';
import { make } from './dom.js';
import { config, nonce } from './here.js';
import { page } from './page.js';
import { pause } from './time.js';

/** A page that takes it out again gets it back after so many milliseconds, not sooner. */
const PATIENCE = 400;

const status = make('p', { role: 'status' });
// a name that no page expects there: frameworks that hydrate a whole document pass over it, where a <div>
// would be taken for one of their own
export const root = /** @type {HTMLElement} */ (make(/** @type {any} */ ('consent-root'), { id: 'consent-root' }, status));
let soon = false;
for (const name of keys(config.theme)) root.style.setProperty(name, config.theme[name]);

export async function mount() {
  if (root.isConnected || soon || !page.body) return;
  page.body.prepend(root);
  soon = true;
  await pause(PATIENCE);
  soon = false;
  mount();
}

/** @param {HTMLElement} layer */
export const show = (layer) => root.insertBefore(layer, status);

/** Said once by screen readers and shown for a while. @param {string} text */
export async function announce(text) {
  status.textContent = text;
  await pause(8000);
  if (status.textContent === text) status.textContent = '';
}

/** @param {string} css */
export function dress(css) {
  try {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    page.adoptedStyleSheets.push(sheet);
  } catch {
    page.head.append(Object.assign(make('style', {}, css), { nonce }));
  }
}

/** The words in use, and their language. @type {import('../types').Texts} */
export let words = config.texts;
/** @type {string} */
export let spoken;

/** @param {string} language @param {import('../types').Texts} [texts] what is spoken from here on */
export function speak(language, texts) {
  words = { ...words, ...texts };
  root.lang = spoken = language;
  root.dir = config.rtl.includes(language) ? 'rtl' : 'ltr';
}
