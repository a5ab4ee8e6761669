/**
 * The decision in force: read from the cookie, written to it, and told to whoever listens. `view` and
 * `state` change here and nowhere else.
 */
import { keys, parse, stringify } from './natives.js';
import { LIMIT, decode, encode } from './cookie.js';
import { emit, fail } from './events.js';
import { has, refused, snapshot } from './grants.js';
import { config, told } from './here.js';
import { page } from './page.js';
import { placed } from './rules.js';
import { seconds } from './time.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Stored} Stored */
/** @typedef {import('../types').Listener} Listener */

/** Where the vendors of a decision lie that the cookie has no room for, by its time. */
const VENDORS = 'consent.vendors';

/** @returns {Stored | null} */
function readCookie() {
  try {
    for (const each of page.cookie.split('; ')) {
      const stored = each.startsWith('consent=') && decode(each.slice(8));
      // without its vendors it would grant too much: then it is none
      if (stored && stored.w) stored.v = parse(localStorage[VENDORS])[stored.t];
      if (stored && stored.e > seconds() && (stored.v || !stored.w)) return stored;
    }
  } catch {
    // a sandboxed page has neither cookies nor storage
  }
  return null;
}

export const found = readCookie();
const here = placed(config.regions, told || found?.g);

/** Whether nobody has to be asked where the visitor is. */
export const located = here.region || !config.ask_region;
/** Who said it. */
export let source = here.region === told ? 'attribute' : 'unknown';
/** @type {View} */
export let view = { config, stored: found, ...(located ? here : placed([], null)) };
/** What follows from the view. */
export let state = snapshot(view);

/** @param {string} key @param {string | null} [vendor] */
export const allows = (key, vendor) => has(view, state, key, vendor);
/** @param {string} key */
export const refuses = (key) => refused(view, state, key);

/** @type {Set<Listener>} */
const listeners = new Set();

/** @param {Partial<View>} fields */
function update(fields) {
  const before = state;
  view = { ...view, ...fields };
  const next = snapshot(view);
  if (stringify(next) === stringify(before)) return;
  const changed = keys(next.categories).filter((key) => next.categories[key] !== before.categories[key]);
  state = next;
  emit('change', { state, changed });
  for (const listener of listeners) tell(listener, changed);
}

/** @param {Listener} listener @param {string[]} changed */
function tell(listener, changed) {
  try {
    listener(state, changed);
  } catch (error) {
    fail(error);
  }
}

/** @param {{region: string, source: string}} answer of the service */
export function locate(answer) {
  source = answer.source;
  update(placed(config.regions, answer.region));
}

/** @param {Stored} stored */
export function keep(stored) {
  try {
    let value = encode({ ...stored, w: undefined });
    if (value.length > LIMIT) {
      localStorage[VENDORS] = stringify({ [stored.t]: stored.v });
      value = encode({ ...stored, v: undefined, w: 1 });
    }
    // what could not be read again is no decision
    if (!decode(value)) return fail('decision');
    page.cookie = `consent=${value};Path=/;SameSite=Lax;Expires=${new Date(stored.e * 1000).toUTCString()}${location.protocol === 'https:' ? ';Secure' : ''}`;
  } catch {
    // the choice holds in this page all the same
  }
  update({ stored });
}

/** Take over what another tab, or the service by HTTP, has written. */
export function reread() {
  const stored = readCookie();
  // never back to an older one, whoever wrote it
  if (stored && !(stored.t < /** @type {Stored} */ (view.stored)?.t)) update({ stored });
}

/** Add to the decision without changing it. @param {Partial<Stored>} fields */
export function note(fields) {
  reread();
  if (view.stored) keep({ ...view.stored, ...fields });
}

/** @param {Listener} listener @returns {() => unknown} ends it */
export function subscribe(listener) {
  listeners.add(listener);
  tell(listener, []);
  return () => listeners.delete(listener);
}
