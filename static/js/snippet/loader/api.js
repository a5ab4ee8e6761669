/** `window.consent`: the one global, frozen. Nothing in it throws into the page. */
import { decide } from './desk.js';
import { fail } from './events.js';
import { enter } from './layers.js';
import { freeze } from './natives.js';
import { core, run } from './parts.js';
import { allows, state, subscribe } from './store.js';

/** @typedef {(...args: any[]) => unknown} Work */

/** @param {Promise<unknown>} ready */
export function publish(ready) {
  const calm = (/** @type {Work} */ work) => async (/** @type {any[]} */ ...args) => {
    try {
      return await work(...args);
    } catch (error) {
      fail(error);
    }
  };
  const act = (/** @type {import('../types').Action} */ action) => calm(() => decide({ action, layer: 'api' }));
  const push = (/** @type {any[]} */ ...calls) => {
    for (const [name, ...args] of calls) api[name]?.(...args);
  };
  /** @type {Record<string, any>} */
  const api = freeze({
    ready,
    get: () => state,
    has: allows,
    acceptAll: act('accept_all'),
    rejectAll: act('reject_all'),
    withdraw: act('withdraw'),
    set: calm(async ({ categories, vendors }) => {
      /** @type {import('../types').Choice} */
      const choice = { action: 'save', layer: 'api', categories };
      return decide(vendors ? await run('deviating', choice, vendors) : choice);
    }),
    open: (/** @type {string} */ layer) => enter(null, layer),
    close: () => core.leave?.(),
    subscribe,
    receipt: () => run('receipt'),
    setSubject: (/** @type {string} */ jwt) => run('setSubject', jwt),
    q: freeze({ push }),
  });
  const early = /** @type {any} */ (window).consent?.q;
  Object.defineProperty(window, 'consent', { value: api });
  if (!early?.push) return;
  push(...early);
  early.push = push;
}
