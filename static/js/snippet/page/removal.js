/**
 * Making a refusal true: what the published list names and is no longer allowed goes from this device, and
 * where a script runs that cannot be undone the page is loaded once more, without it.
 */
import { BASES } from '../shared/draft.js';
import { core, named, page, say } from '../shared/lent.js';
import { renew } from './renewal.js';
import { pause } from '../loader/time.js';

/** @typedef {import('../types').Entry} Entry */

/** Where what is to be said waits for the page that a reload makes. */
const NOTE = 'consent.note';
const PATIENCE = 100;

/** @param {import('../types').State} before */
export async function sweep(before) {
  const now = core.state.categories;
  const stopped = Object.keys(now).filter((key) => before.categories[key] && !now[key]);
  const reload = stopped.some(core.used) || Object.keys(before.vendors).some((key) => left(before, key));
  const count = await remove().catch(() => core.fail('removal postponed'));
  // a script that runs on until the reload may write again: then the next page removes once more
  if (count != null && !reload) {
    core.note({ p: undefined });
    if (core.config.renew) renew();
  }
  const said = await summary(before, stopped, count || 0).catch(() => '');
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
 * @param {import('../types').State} before
 * @param {string} vendor
 * @returns {boolean} whether something of a vendor that was refused still runs
 */
function left(before, vendor) {
  const { consent, legitimate_interest } = before.vendors[vendor];
  return [...consent, ...legitimate_interest].some((key) => core.used(key + ' ' + vendor) && !core.has(key, vendor));
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

/** So many companies are named, then it says how many more there are. */
const NAMED = 4;

/**
 * Who stopped, by name: the companies that were granted something and no longer are; a category that has
 * none of them by its own name.
 * @param {import('../types').State} before
 * @param {string[]} stopped categories
 * @param {number} count
 * @returns {Promise<string>}
 */
async function summary(before, stopped, count) {
  const held = (/** @type {import('../types').State} */ state, /** @type {string} */ key) =>
    BASES.flatMap((basis) => state.vendors[key][basis].filter((category) => state.categories[category])).length;
  const gone = core.config.vendors.filter(({ key }) => held(before, key) > held(core.state, key));
  if (!stopped.length && !gone.length && !count) return '';
  await core.speech();
  const list = await core.listed();
  const own = stopped.filter((key) => !gone.some(({ categories }) => categories.includes(key))).map(named);
  const all = [...gone.map(({ key }) => list.vendors[key].name), ...own];
  const first = all.slice(0, NAMED).join(', ');
  const names = all.length > NAMED ? say('stopped_more', { names: first, count: all.length - NAMED }) : first;
  const removed = count && (count === 1 ? say('removed_one') : say('removed_many', { count }));
  return [names && say('stopped', { names }), removed].filter(Boolean).join(' ');
}

/** @returns {Promise<number>} how many things were removed */
async function remove() {
  const { cookies } = await core.listed();
  const items = cookies.filter((item) => item.party !== 'third' && !allowed(item));
  let count = 0;
  for (const [storage, list, drop] of STORAGES) {
    const some = items.filter((item) => item.storage === storage);
    const test = (/** @type {string} */ name) => !/^consent(\.|$)/.test(name) && some.some((item) => hits(item, name));
    try {
      for (const name of (await list()).filter(test)) {
        await drop(name);
        count++;
      }
    } catch {
      // this browser, or this page, has no such storage
    }
  }
  return count;
}

/** @param {Entry} item */
function allowed({ category, vendor }) {
  const known = core.config.vendors.some((each) => each.key === vendor);
  return core.has(category, known ? vendor : null);
}

/** @param {Entry} item @param {string} name */
const hits = (item, name) => (item.match === 'prefix' ? name.startsWith(item.name) : name === item.name);

/** @returns {string[]} */
const cookies = () => page.cookie.split('; ').map((each) => each.split('=')[0]).filter(Boolean);

/**
 * Nobody says on which domain a cookie was set, so every one that may have been is tried.
 * @param {string} name
 */
function dropCookie(name) {
  const labels = location.hostname.split('.');
  const domains = ['', ...labels.map((_, at) => ';Domain=' + labels.slice(at).join('.'))];
  for (const domain of domains) {
    for (const path of ['/', location.pathname]) page.cookie = `${name}=;Path=${path};Max-Age=0${domain}`;
  }
}

/**
 * How to see what is there, and how to remove one of it.
 * @type {[string, () => string[] | Promise<string[]>, (name: string) => unknown][]}
 */
const STORAGES = [
  ['cookie', cookies, dropCookie],
  ['local', () => Object.keys(localStorage), (name) => localStorage.removeItem(name)],
  ['session', () => Object.keys(sessionStorage), (name) => sessionStorage.removeItem(name)],
  ['indexeddb', async () => (await indexedDB.databases()).map(({ name }) => name || ''), (name) => indexedDB.deleteDatabase(name)],
  ['cache', () => caches.keys(), (name) => caches.delete(name)],
];
