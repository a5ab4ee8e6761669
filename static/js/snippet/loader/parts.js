/** What is loaded on demand: center and page part, the texts of a language, the list of cookies. */
import { make } from './dom.js';
import { fail } from './events.js';
import { config, nonce, trust, wanted } from './here.js';
import { ask } from './net.js';
import { page } from './page.js';

/** By which the parts reach the first layer. @type {import('../types').Core} */
export let core;
/** @param {import('../types').Core} lent */
export const lend = (lent) => (core = lent);

const { files, languages, parts } = config;
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

const loaded = (/** @type {string} */ file) =>
  once(async () => {
    const { json } = await ask(files + file, undefined, LIMIT);
    if (!json) throw file;
    return json;
  });

/** Texts in the visitor's language. @type {() => Promise<import('../types').Speech>} */
export const speech = loaded(languages[wanted]);
/** The published list, which fewer pages need: its name is in the texts' part. @type {() => Promise<import('../types').List>} */
export const listed = once(async () => loaded((await speech()).list)());

// A script leaves what makes it on its own element: so it needs no global. Its hash is in its name.
const [first, rest] = ['center', 'page'].map((name, at) =>
  once(
    () =>
      new Promise((resolve, reject) => {
        const script = make('script', { crossorigin: '', integrity: `sha256-${parts[at]}=` });
        script.onload = () => resolve(/** @type {any} */ (script).consent(core));
        script.onerror = reject;
        setTimeout(reject, LIMIT);
        script.nonce = nonce;
        script.src = trust.createScriptURL(`${files + name}.${parts[at]}.js`);
        page.head.append(script);
      }),
  ),
);

/** @type {() => Promise<import('../types').Center>} */
export const center = first;

/**
 * Let the page part do something, or say why it cannot.
 * @param {keyof import('../types').Part} name
 * @param {any[]} args
 */
export async function run(name, ...args) {
  try {
    return await /** @type {any} */ (await rest())[name](...args);
  } catch (error) {
    fail(error);
  }
}
