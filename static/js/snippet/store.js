/** The decision in force: read from the cookie, written to it, and told to whoever listens. */
import { keys, stringify } from './natives.js';
import { decode, encode } from './cookie.js';
import { snapshot } from './grants.js';
import { page } from './page.js';

/** @typedef {import('./types').View} View */
/** @typedef {import('./types').Stored} Stored */
/** @typedef {import('./types').Listener} Listener */

export const seconds = () => Math.floor(Date.now() / 1000);

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
 * @param {View} view
 * @param {(name: string, detail: object) => void} emit
 */
export function createStore(view, emit) {
  let state = snapshot(view);
  /** @type {Set<Listener>} */
  const listeners = new Set();

  /** @param {Partial<View>} fields */
  function update(fields) {
    view = { ...view, ...fields };
    const next = snapshot(view);
    if (stringify(next) === stringify(state)) return;
    const changed = keys(next.categories).filter((key) => next.categories[key] !== state.categories[key]);
    state = next;
    emit('change', { state, changed });
    for (const listener of listeners) tell(listener, changed);
  }

  /** @param {Listener} listener @param {string[]} changed */
  function tell(listener, changed) {
    try {
      listener(state, changed);
    } catch (error) {
      emit('error', { reason: '' + error });
    }
  }

  /** @param {Stored} stored */
  function keep(stored) {
    try {
      const end = new Date(stored.e * 1000).toUTCString();
      page.cookie = `consent=${encode(stored)};Path=/;SameSite=Lax;Expires=${end}` + (location.protocol === 'https:' ? ';Secure' : '');
    } catch {
      // the choice holds in this page all the same
    }
    update({ stored });
  }

  /** Take over what another tab, or the service by HTTP, has written. @returns {boolean} whether it did */
  function reread() {
    const stored = readCookie();
    const news = !!stored && (!view.stored || encode(stored) !== encode(view.stored));
    if (news) update({ stored });
    return news;
  }

  return {
    view: () => view,
    state: () => state,
    update,
    keep,
    reread,
    /** Add to the decision without changing it. @param {Partial<Stored>} fields */
    note(fields) {
      reread();
      if (view.stored) keep({ ...view.stored, ...fields });
    },
    /** @param {Listener} listener @returns {() => void} ends it */
    subscribe(listener) {
      listeners.add(listener);
      tell(listener, []);
      return () => void listeners.delete(listener);
    },
  };
}
