/**
 * Whether the loader has run in this page. Calls made before go into the queue of the inline stub, which the
 * loader empties; nothing here touches `window` while it is imported.
 */

/** @typedef {import('../types/index.js').Consent} Consent */

export const inBrowser = () => typeof window !== 'undefined';

/**
 * The API once the loader has run, else undefined. A form or frame named "consent" is neither.
 * @returns {Consent | undefined}
 */
export function api() {
  const found = inBrowser() && Object.hasOwn(window, 'consent') ? window.consent : undefined;
  return found?.get ? /** @type {Consent} */ (found) : undefined;
}

/** The inline stub does the same; whichever comes first stays. */
export function prepare() {
  if (!Object.hasOwn(window, 'consent')) window.consent = { q: [] };
}

/**
 * Now if the loader has run, else as soon as it does.
 * @param {...unknown} call name and arguments
 */
export function tell(...call) {
  prepare();
  window.consent?.q.push(/** @type {[string, ...unknown[]]} */ (call));
}

/**
 * A promise nobody has to look after: its rejection is there for who awaits it, and no error of the page.
 * @template T
 * @param {Promise<T>} promise
 * @returns {Promise<T>}
 */
export function calm(promise) {
  promise.catch(() => {});
  return promise;
}
