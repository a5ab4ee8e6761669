/**
 * Holding back what is marked until its categories are granted. The marks are inert by themselves: while
 * this has not run, or fails, nothing of them loads.
 */
import { fail } from './events.js';
import { trust } from './here.js';
import { page } from './page.js';
import { revive } from './revive.js';
import { allows, refuses } from './store.js';
import { pause } from './time.js';

/** Marked and waiting; a script of another type has run already. */
const WAITING = '[data-consent]:not([data-consent-released],script:not([type="text/plain"]))';

/** @param {HTMLElement} element @returns {string[]} */
export const marks = (element) => (element.dataset.consent || '').split(/\s+/).filter(Boolean);

/** @type {Set<string>} "category" and "category vendor" that something was released for in this page */
const released = new Set();
/** What has to be known, or released, before anything else is. */
export let passing = Promise.resolve();
/** @type {Promise<unknown>[]} classic scripts still on their way, which a later inline script must follow */
let loading = [];

/** @param {HTMLElement} element */
function due(element) {
  const names = marks(element);
  return names[0] && names.every((name) => (name[0] === '!' ? refuses(name.slice(1)) : allows(name, element.dataset.consentVendor)));
}

/** @param {HTMLElement} element */
export function release(element) {
  for (const name of marks(element)) released.add(name).add(name + ' ' + element.dataset.consentVendor);
  const made = /** @type {HTMLScriptElement} */ (revive(element, trust));
  if (made !== element && made.src && !made.async) loading.push(new Promise((then) => (made.onload = made.onerror = then)));
}

async function pass() {
  const all = [.../** @type {NodeListOf<any>} */ (page.querySelectorAll(WAITING))].filter(whole);
  for (const element of all) if (element.localName !== 'script' && due(element)) release(element);
  for (const element of all) {
    if (element.localName !== 'script' || !due(element)) continue;
    if (!element.dataset.src && !element.hasAttribute('src')) await Promise.all(loading.splice(0));
    // while it waited the choice may have changed
    if (due(element)) release(element);
  }
}

/** @param {string} key "category" or "category vendor" */
export const used = (key) => released.has(key);

/** Nothing is released before this is known, or two seconds have passed. @param {Promise<unknown>} known */
export const hold = (known) => (passing = Promise.race([known, pause(2000)]));

/** One after the other, so that no script overtakes an earlier one. */
export const scan = () => (passing = passing.then(pass).catch(fail));

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
