/** What is loaded on demand: the second layer, the texts of a language, the list of cookies. */
import { make } from './dom.js';
import { page } from './page.js';

/** @typedef {import('./types').Part} Part */
/** @typedef {import('./types').Core} Core */

const LIMIT = 4000;

/**
 * @template T
 * @param {() => Promise<T>} load
 * @returns {() => Promise<T>} the same promise until it fails, then a new attempt
 */
function once(load) {
  /** @type {Promise<T> | undefined} */
  let kept;
  return () =>
    (kept ||= load().catch((error) => {
      kept = undefined;
      throw error;
    }));
}

/**
 * @param {import('./types').Config} config
 * @param {string} language
 * @param {string} nonce
 * @param {import('./types').Trust} trust
 * @param {() => Core} core
 */
export function createParts({ files, languages, list, center }, language, nonce, trust, core) {
  const at = (/** @type {string} */ file) => new URL(file, new URL(files, location.href)).href;

  /** @param {string} file */
  async function json(file) {
    const { status, json } = await core().ask(at(file), undefined, LIMIT);
    if (status !== 200 || !json) throw Error(file);
    return json;
  }

  /**
   * The second layer hands itself over in an event on its own script element, which nobody else holds
   * before it runs: so it needs no global.
   * @returns {Promise<Part>}
   */
  const part = () =>
    new Promise((resolve, reject) => {
      const { file, integrity } = center;
      const script = make('script', { crossorigin: 'anonymous', integrity });
      script.addEventListener('consent-part', (event) => resolve(/** @type {CustomEvent} */ (event).detail(core())), { once: true });
      script.onerror = reject;
      setTimeout(reject, LIMIT);
      script.nonce = nonce;
      script.src = trust.url(at(file));
      page.head.append(script);
    });

  return {
    part: once(part),
    texts: once(() => json(languages[language])),
    list: once(() => json(list)),
  };
}
