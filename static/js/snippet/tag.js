/** Our own script tag: what the page says to us on it. A tag with somebody else's address says nothing. */
import { keys } from './natives.js';
import { page } from './page.js';

/** What a country or a part of one is called (ISO 3166). */
export const REGION = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

/**
 * @param {import('./types').Config} config
 */
export function ownTag({ files, service }) {
  const tag = /** @type {HTMLScriptElement | null} */ (page.currentScript);
  const ours = tag && [files, service + '/'].some((base) => tag.src.startsWith(new URL(base, location.href).href));
  const { region = '', language = '', layout = '' } = ours ? tag.dataset : {};
  return { nonce: ours ? tag.nonce : '', region: REGION.test(region) ? region : null, language, layout };
}

/**
 * The language asked for, else the page's, else the notice's.
 * @param {import('./types').Config} config
 * @param {string} asked
 * @returns {string}
 */
export function languageOf({ languages, language }, asked) {
  const wishes = [asked, page.documentElement.lang].flatMap((wish) => [wish, wish.split('-')[0]]);
  return wishes.flatMap((wish) => keys(languages).filter((each) => each.toLowerCase() === wish.toLowerCase()))[0] || language;
}
