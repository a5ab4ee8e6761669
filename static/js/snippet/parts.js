/** What is loaded on demand: the second layer, the texts of a language, the list of cookies. */
import { make } from './dom.js';
import { fail } from './events.js';
import { ask } from './net.js';
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

/** @param {Core} core */
export function createParts(core) {
  const { files, languages, center } = core.config;
  const load = (/** @type {string} */ file) =>
    once(async () => {
      const { json } = await ask(files + file, undefined, LIMIT);
      if (!json) throw file;
      return json;
    });

  // A language's part holds its texts and names its list, which fewer pages need.
  const spoken = load(languages[core.wanted]);
  const part = once(
    () =>
      new Promise((resolve, reject) => {
        const script = make('script', { crossorigin: 'anonymous', integrity: center.integrity });
        script.onload = () => resolve(/** @type {any} */ (script).consent(core));
        script.onerror = reject;
        setTimeout(reject, LIMIT);
        script.nonce = core.nonce;
        script.src = core.trust.createScriptURL(files + center.file);
        page.head.append(script);
      }),
  );

  return {
    speech: async () => (await spoken()).texts,
    listed: once(async () => load((await spoken()).list)()),
    /**
     * The second layer leaves what makes it on its own script element: so it needs no global.
     * @returns {Promise<Part>}
     */
    part,
    /** Let it do something, or say why it cannot. @param {string} name @param {any[]} args */
    async run(name, ...args) {
      try {
        return await /** @type {any} */ (await part())[name](...args);
      } catch (error) {
        fail(error);
      }
    },
  };
}
