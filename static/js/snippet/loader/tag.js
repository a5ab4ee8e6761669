/** Our own script tag: what the page says to us on it. A tag with somebody else's address says nothing. */
import { keys } from './natives.js';
import { page } from './page.js';

/**
 * @param {import('../types').Config} config
 * @returns {HTMLScriptElement | undefined}
 */
export function ownTag({ files }) {
  const tag = /** @type {any} */ (page.currentScript);
  return tag?.src?.startsWith(files) ? tag : undefined;
}

/**
 * The language asked for, else the page's, else the notice's.
 * @param {import('../types').Config} config
 * @param {string} [asked]
 * @returns {string}
 */
export function languageOf({ languages, language }, asked = '') {
  const fit = (/** @type {string} */ wish) => keys(languages).filter((each) => `${wish}-`.toLowerCase().startsWith(each.toLowerCase() + '-'));
  return [asked, page.documentElement.lang].flatMap(fit)[0] || language;
}
