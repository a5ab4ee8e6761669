/**
 * Making a refusal true: what the published list names and is no longer allowed goes from this device, and
 * where a script runs that cannot be undone the page is loaded once more, without it.
 */
import { fill } from './fill.js';
import { pause } from './time.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {{name: string, match: string, storage: string, party: string, category: string, vendor?: string}} Item */

/** Where what is to be said waits for the page that a reload makes. */
const NOTE = 'consent.note';
const PATIENCE = 100;

/**
 * @param {Core} core
 * @param {import('./types').State} before
 */
export async function sweep(core, before) {
  const now = core.state.categories;
  const stopped = Object.keys(now).filter((key) => before.categories[key] && !now[key]);
  const reload = stopped.some(core.used) || Object.keys(before.vendors).some((key) => left(core, before, key));
  const count = await remove(core).catch(() => core.fail('removal postponed'));
  // a script that runs on until the reload may write again: then the next page removes once more
  if (count != null && !reload) core.note({ p: undefined });
  const said = await summary(core, stopped, count || 0).catch(() => '');
  const words = said || carried();
  if (!reload) return words ? core.announce(words) : undefined;
  // a reload has to wait for what only this page remembers
  for (let round = 0; round < PATIENCE && !core.queue.kept() && !core.queue.empty(); round++) await pause(100);
  try {
    sessionStorage.setItem(NOTE, said);
  } catch {
    // then it is not said
  }
  location.reload();
}

/**
 * @param {Core} core
 * @param {import('./types').State} before
 * @param {string} vendor
 * @returns {boolean} whether something of a vendor that was refused still runs
 */
function left(core, before, vendor) {
  const { consent, legitimate_interest } = before.vendors[vendor];
  return [...consent, ...legitimate_interest].some((key) => core.used(key + ' ' + vendor) && !core.has(core, key, vendor));
}

/** @returns {string | null} what was to be said when the page was loaded again */
function carried() {
  try {
    const said = sessionStorage.getItem(NOTE);
    sessionStorage.removeItem(NOTE);
    return said;
  } catch {
    return null;
  }
}

/**
 * @param {Core} core
 * @param {string[]} stopped
 * @param {number} count
 * @returns {Promise<string>}
 */
async function summary({ speech }, stopped, count) {
  if (!stopped.length && !count) return '';
  const say = await speech();
  const names = stopped.map((key) => say[`category_${key}_name`] || key).join(', ');
  const removed = count && fill(count === 1 ? say.removed_one : say.removed_many, { count });
  return [names && fill(say.stopped, { names }), removed].filter(Boolean).join(' ');
}

/**
 * @param {Core} core
 * @returns {Promise<number>} how many things were removed
 */
async function remove(core) {
  const { cookies } = await core.listed();
  /** @type {Item[]} */
  const items = cookies.filter((/** @type {Item} */ item) => item.party !== 'third' && !allowed(core, item));
  let count = 0;
  for (const [storage, list, drop] of STORAGES) {
    const some = items.filter((item) => item.storage === storage);
    const test = (/** @type {string} */ name) => !/^consent(\.|$)/.test(name) && some.some((item) => hits(item, name));
    try {
      for (const name of (await list(core)).filter(test)) {
        await drop(name, core);
        count++;
      }
    } catch {
      // this browser, or this page, has no such storage
    }
  }
  return count;
}

/** @param {Core} core @param {Item} item */
function allowed(core, { category, vendor }) {
  const known = core.config.vendors.some((each) => each.key === vendor);
  return core.has(core, category, known ? vendor : undefined);
}

/** @param {Item} item @param {string} name */
const hits = (item, name) => (item.match === 'prefix' ? name.startsWith(item.name) : name === item.name);

/** @param {Core} core @returns {string[]} */
const cookies = ({ page }) => page.cookie.split('; ').map((each) => each.split('=')[0]).filter(Boolean);

/**
 * Nobody says on which domain a cookie was set, so every one that may have been is tried.
 * @param {string} name
 * @param {Core} core
 */
function dropCookie(name, core) {
  const labels = location.hostname.split('.');
  const domains = ['', ...labels.map((_, at) => ';Domain=' + labels.slice(at).join('.'))];
  for (const domain of domains) {
    for (const path of ['/', location.pathname]) core.page.cookie = `${name}=;Path=${path};Max-Age=0${domain}`;
  }
}

/**
 * How to see what is there, and how to remove one of it.
 * @type {[string, (core: Core) => string[] | Promise<string[]>, (name: string, core: Core) => unknown][]}
 */
const STORAGES = [
  ['cookie', cookies, dropCookie],
  ['local', () => Object.keys(localStorage), (name) => localStorage.removeItem(name)],
  ['session', () => Object.keys(sessionStorage), (name) => sessionStorage.removeItem(name)],
  ['indexeddb', async () => (await indexedDB.databases()).map(({ name }) => name || ''), (name) => indexedDB.deleteDatabase(name)],
  ['cache', () => caches.keys(), (name) => caches.delete(name)],
];
