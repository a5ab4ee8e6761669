/**
 * Holding back what is marked until its categories are granted. The marks are inert by themselves: while
 * this has not run, or fails, nothing of them loads.
 */
import { page } from './page.js';
import { revive } from './revive.js';

/** Marked and waiting; a script of another type has run already. */
const WAITING = '[data-consent]:not([data-consent-released],script:not([type="text/plain"]))';

/** @param {Element} element @returns {string[]} */
export const marks = (element) => (element.getAttribute('data-consent') || '').split(/\s+/).filter(Boolean);

/**
 * @param {(key: string, vendor: string | null) => boolean} has
 * @param {(key: string) => boolean} refused
 * @param {import('./types').Trust} trust
 */
export function createRelease(has, refused, trust) {
  /** @type {Set<string>} "category" and "category vendor" that something was released for in this page */
  const used = new Set();
  let busy = false;
  let again = false;
  /** @type {Promise<unknown>[]} classic scripts still on their way, which a later inline script must follow */
  let loading = [];

  /** @param {Element} element */
  function due(element) {
    const vendor = element.getAttribute('data-consent-vendor');
    const names = marks(element);
    return element.isConnected && names.length > 0 && names.every((name) => (name[0] === '!' ? refused(name.slice(1)) : has(name, vendor)));
  }

  /** @param {Element} element */
  function release(element) {
    for (const name of marks(element)) used.add(name).add(name + ' ' + element.getAttribute('data-consent-vendor'));
    const made = /** @type {HTMLScriptElement} */ (revive(element, trust));
    if (made !== element && made.src && !made.async) loading.push(new Promise((then) => (made.onload = made.onerror = then)));
  }

  async function pass() {
    const all = [...page.querySelectorAll(WAITING)].filter(whole);
    for (const element of all) if (element.localName !== 'script' && due(element)) release(element);
    for (const element of all) {
      const { localName, attributes } = /** @type {any} */ (element);
      if (localName !== 'script' || !due(element)) continue;
      if (loading.length && !attributes.src && !attributes['data-src']) await Promise.all(loading.splice(0));
      // while it waited the choice may have changed
      if (due(element)) release(element);
    }
  }

  return {
    release,
    /** @param {string} key "category" or "category vendor" */
    used: (key) => used.has(key),
    async scan() {
      again = true;
      if (busy) return;
      busy = true;
      while (again) {
        again = false;
        await pass();
      }
      busy = false;
    },
  };
}

/**
 * While the page is being parsed the last element may still lack its end.
 * @param {Element} element
 */
function whole(element) {
  /** @type {Node | null} */
  let at = element;
  while (at && !at.nextSibling) at = at.parentNode;
  return at || page.readyState !== 'loading';
}
