/** The one element of ours in the page: first in <body>, put back when the page removes it. */
import { keys } from './natives.js';
import { make } from './dom.js';
import { page } from './page.js';

/** A page that takes it out again gets it back after so many milliseconds, not sooner. */
const PATIENCE = 400;

/**
 * @param {import('./types').Config} config
 * @param {string} nonce
 */
export function createHost({ theme, rtl }, nonce) {
  const status = make('p', { role: 'status', class: 'note' });
  const root = make('div', { id: 'consent-root' }, status);
  let soon = 0;
  for (const name of keys(theme)) if (/^--consent-/.test(name)) root.style.setProperty(name, theme[name]);

  return {
    root,
    mount() {
      if (root.isConnected || soon || !page.body) return;
      page.body.prepend(root);
      soon = window.setTimeout(() => {
        soon = 0;
        this.mount();
      }, PATIENCE);
    },
    /** @param {string} language */
    speak(language) {
      root.lang = language;
      root.dir = rtl.includes(language) ? 'rtl' : 'ltr';
    },
    /** @param {HTMLElement} layer */
    show: (layer) => root.insertBefore(layer, status),
    /** Said once by screen readers and shown for a while. @param {string} text */
    announce(text) {
      status.textContent = '';
      setTimeout(() => (status.textContent = text), 60);
      setTimeout(() => status.textContent === text && (status.textContent = ''), 8000);
    },
    /** @param {string} css */
    style(css) {
      try {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(css);
        page.adoptedStyleSheets = [...page.adoptedStyleSheets, sheet];
      } catch {
        page.head.append(Object.assign(make('style', {}, css), { nonce }));
      }
    },
  };
}
