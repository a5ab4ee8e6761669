/** The one element of ours in the page: first in <body>, put back when the page removes it. */
import { keys } from './natives.js';
import { make } from './dom.js';
import { page } from './page.js';
import { pause } from './time.js';

/** A page that takes it out again gets it back after so many milliseconds, not sooner. */
const PATIENCE = 400;

/** @param {import('./types').Core} core @returns {import('./types').Host} */
export function createHost({ config: { theme, rtl }, nonce }) {
  const status = make('p', { role: 'status' });
  const root = make('div', { id: 'consent-root' }, status);
  let soon = false;
  for (const name of keys(theme)) root.style.setProperty(name, theme[name]);

  async function mount() {
    if (root.isConnected || soon || !page.body) return;
    page.body.prepend(root);
    soon = true;
    await pause(PATIENCE);
    soon = false;
    mount();
  }

  return {
    root,
    mount,
    /** @param {string} language */
    address(language) {
      root.lang = language;
      root.dir = rtl.includes(language) ? 'rtl' : 'ltr';
    },
    /** @param {HTMLElement} layer */
    show: (layer) => root.insertBefore(layer, status),
    /** Said once by screen readers and shown for a while. @param {string} text */
    async announce(text) {
      status.textContent = text;
      await pause(8000);
      if (status.textContent === text) status.textContent = '';
    },
    /** @param {string} css */
    dress(css) {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        page.adoptedStyleSheets.push(sheet);
      } catch {
        page.head.append(Object.assign(make('style', {}, css), { nonce }));
      }
    },
  };
}
