/** The decision in force: read from the cookie, written to it, and told to whoever listens. */
import { keys, stringify } from './natives.js';
import { decode, encode } from './cookie.js';
import { emit, fail } from './events.js';
import { snapshot } from './grants.js';
import { page } from './page.js';
import { seconds } from './time.js';

/** @typedef {import('./types').View} View */
/** @typedef {import('./types').Stored} Stored */
/** @typedef {import('./types').Listener} Listener */

/** @returns {Stored | null} */
export function readCookie() {
  try {
    for (const each of page.cookie.split('; ')) {
      const stored = each.startsWith('consent=') && decode(each.slice(8));
      if (stored && stored.e > seconds()) return stored;
    }
  } catch {
    // a sandboxed page has no cookies
  }
  return null;
}

/**
 * `core.view` and `core.state` change here and nowhere else.
 * @param {import('./types').Core} core
 * @returns {import('./types').Store}
 */
export function createStore(core) {
  /** @type {Set<Listener>} */
  const listeners = new Set();

  /** @param {Partial<View>} fields */
  function update(fields) {
    const { state } = core;
    core.view = { ...core.view, ...fields };
    const next = snapshot(core.view);
    if (stringify(next) === stringify(state)) return;
    const changed = keys(next.categories).filter((key) => next.categories[key] !== state.categories[key]);
    core.state = next;
    emit('change', { state: next, changed });
    for (const listener of listeners) tell(listener, changed);
  }

  /** @param {Listener} listener @param {string[]} changed */
  function tell(listener, changed) {
    try {
      listener(core.state, changed);
    } catch (error) {
      fail(error);
    }
  }

  /** @param {Stored} stored */
  function keep(stored) {
    const value = encode(stored);
    // what could not be read again is no decision
    if (!decode(value)) return fail('decision');
    try {
      page.cookie = `consent=${value};Path=/;SameSite=Lax;Expires=${new Date(stored.e * 1000).toUTCString()}${location.protocol === 'https:' ? ';Secure' : ''}`;
    } catch {
      // the choice holds in this page all the same
    }
    update({ stored });
  }

  /** Take over what another tab, or the service by HTTP, has written. */
  function reread() {
    const stored = readCookie();
    if (stored) update({ stored });
  }

  return {
    update,
    keep,
    reread,
    /** Add to the decision without changing it. @param {Partial<Stored>} fields */
    note(fields) {
      reread();
      if (core.view.stored) keep({ ...core.view.stored, ...fields });
    },
    /** @param {Listener} listener @returns {() => unknown} ends it */
    subscribe(listener) {
      listeners.add(listener);
      tell(listener, []);
      return () => listeners.delete(listener);
    },
  };
}
