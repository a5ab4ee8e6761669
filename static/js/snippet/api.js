/** `window.consent`: the one global, frozen. Nothing in it throws into the page. */
import { fail } from './events.js';
import { has } from './grants.js';
import { freeze } from './natives.js';

/** @typedef {(...args: any[]) => unknown} Work */

/**
 * @param {import('./types').Core} core
 * @param {Promise<unknown>} ready
 */
export function publish(core, ready) {
  const calm = (/** @type {Work} */ work) => async (/** @type {any[]} */ ...args) => {
    try {
      return await work(...args);
    } catch (error) {
      fail(error);
    }
  };
  const decide = (/** @type {import('./types').Action} */ action) => calm(() => core.decide({ action, layer: 'api' }));
  const push = (/** @type {any[]} */ ...calls) => {
    for (const [name, ...args] of calls) api[name]?.(...args);
  };
  /** @type {Record<string, any>} */
  const api = freeze({
    ready,
    get: () => core.state,
    has: (/** @type {string} */ key, /** @type {string} */ vendor) => has(core, key, vendor),
    acceptAll: decide('accept_all'),
    rejectAll: decide('reject_all'),
    withdraw: decide('withdraw'),
    set: calm(async ({ categories, vendors }) => {
      /** @type {import('./types').Choice} */
      const choice = { action: 'save', layer: 'api', categories };
      return core.decide(vendors ? (await core.part()).deviating(choice, vendors) : choice);
    }),
    open: () => core.enter(),
    close: () => core.leave?.(),
    subscribe: core.subscribe,
    receipt: () => core.run('receipt'),
    setSubject: (/** @type {string} */ jwt) => core.run('setSubject', jwt),
    q: freeze({ push }),
  });
  const early = /** @type {any} */ (window).consent?.q;
  Object.defineProperty(window, 'consent', { value: api, enumerable: true });
  if (!early?.push) return;
  push(...early);
  early.push = push;
}
