/** `window.consent`: the one global, frozen. Nothing in it throws into the page. */
import { acceptUnderSignal, overrides } from './choice.js';
import { bare, freeze, keys } from './natives.js';

/** @typedef {import('./types').Layer} Layer */

/** @returns {any} what stands under our name in the window itself, not what markup put there */
export const standing = () => Object.getOwnPropertyDescriptor(window, 'consent')?.value;

/**
 * @param {import('./types').Core} core
 * @param {Promise<unknown>} ready
 */
export function publish(core, ready) {
  /** @type {Layer} */
  const layer = 'api';
  /** @type {Record<string, any>} */
  const api = bare({
    get: core.state,
    has: core.has,
    acceptAll: () => core.decide(overrides(core.view()) ? acceptUnderSignal(core.view(), layer) : { action: 'accept_all', layer }),
    rejectAll: () => core.decide({ action: 'reject_all', layer }),
    withdraw: () => core.decide({ action: 'withdraw', layer }),
    set: (/** @type {any} */ wish) => set(core, wish || {}),
    open: () => core.open(),
    close: core.close,
    subscribe: core.subscribe,
    receipt: async () => (await core.part()).receipt(),
    setSubject: async (/** @type {string} */ jwt) => (await core.part()).jwt(jwt),
  });
  for (const name of keys(api)) {
    const inner = api[name];
    api[name] = (/** @type {any[]} */ ...args) => {
      try {
        const result = inner(...args);
        return result instanceof Promise ? result.catch(core.fail) : result;
      } catch (error) {
        core.fail(error);
      }
    };
  }
  const push = (/** @type {any[]} */ ...calls) => {
    for (const [name, ...args] of calls) api[name]?.(...args);
  };
  const early = standing()?.q;
  Object.defineProperty(window, 'consent', { value: freeze({ ...api, ready, q: freeze({ push }) }), enumerable: true });
  if (!early?.push) return;
  for (const call of early) push(Array.from(call));
  early.push = push;
}

/**
 * A choice by page code: only what the notice knows, and only plain yes or no.
 * @param {import('./types').Core} core
 * @param {any} wish
 */
async function set(core, { categories, vendors }) {
  const known = bare();
  for (const { key, locked } of core.config.categories) {
    const value = categories?.[key];
    if (locked && value === false) console.warn(`consent: "${key}" cannot be refused`);
    else if (typeof value === 'boolean') known[key] = value;
  }
  /** @type {import('./types').Choice} */
  const choice = { action: 'save', layer: 'api', categories: known };
  if (vendors) choice.v = (await core.part()).deviating(choice, vendors);
  return core.decide(choice);
}
