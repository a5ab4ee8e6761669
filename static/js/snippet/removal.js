/**
 * Making a refusal true: what the published list names and is no longer allowed goes from this device, and
 * where a script runs that cannot be undone the page is loaded once more, without it.
 */
import { fill } from './fill.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {{name: string, match: string, storage: string, party: string, category: string, vendor?: string}} Item */

/** Where what is to be said waits for the page that a reload makes. */
const NOTE = 'consent.note';

/**
 * @param {Core} core
 * @param {import('./types').State} before
 * @param {Promise<void>} [sent] a record that a reload would lose
 */
export async function sweep(core, before, sent) {
  const now = core.state().categories;
  const stopped = Object.keys(now).filter((key) => before.categories[key] && !now[key]);
  const reload = stopped.some(core.used) || Object.keys(before.vendors).some((key) => left(core, before, key));
  const count = await remove(core).catch(() => core.fail('removal postponed'));
  // a script that runs on until the reload may write again: then the next page removes once more
  if (count != null && !reload) core.note({ p: undefined });
  const said = await summary(core, stopped, count || 0).catch(() => '');
  const words = said || carried();
  if (!reload) return words ? core.host.announce(words) : undefined;
  await sent;
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
function left({ used, has }, before, vendor) {
  const { consent, legitimate_interest } = before.vendors[vendor];
  return [...consent, ...legitimate_interest].some((key) => used(key + ' ' + vendor) && !has(key, vendor));
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
async function summary({ texts }, stopped, count) {
  if (!stopped.length && !count) return '';
  const say = await texts();
  const names = stopped.map((key) => say[`category_${key}_name`] || key).join(', ');
  const removed = count && fill(count === 1 ? say.removed_one : say.removed_many, { count });
  return [names && fill(say.stopped, { names }), removed].filter(Boolean).join(' ');
}

/**
 * @param {Core} core
 * @returns {Promise<number>} how many things were removed
 */
async function remove(core) {
  const { cookies } = await core.list();
  /** @type {Item[]} */
  const items = cookies.filter((/** @type {Item} */ item) => item.party !== 'third' && !allowed(core, item));
  const of = (/** @type {string} */ storage) => {
    const some = items.filter((item) => item.storage === storage);
    return (/** @type {string} */ name) => !/^consent(\.|$)/.test(name) && some.some((item) => hits(item, name));
  };
  let count = 0;
  for (const work of [
    () => removeCookies(core.page, of('cookie')),
    () => removeKeys(localStorage, of('local')),
    () => removeKeys(sessionStorage, of('session')),
    () => removeDatabases(of('indexeddb')),
    () => removeCaches(of('cache')),
  ]) {
    try {
      count += await work();
    } catch {
      // this browser, or this page, has no such storage
    }
  }
  return count;
}

/** @param {Core} core @param {Item} item */
function allowed({ has, config }, { category, vendor }) {
  const known = config.vendors.some((each) => each.key === vendor);
  return has(category, known ? vendor : undefined);
}

/** @param {Item} item @param {string} name */
const hits = (item, name) => (item.match === 'prefix' ? name.startsWith(item.name) : name === item.name);

/** @typedef {(name: string) => boolean} Test */

/**
 * Nobody says on which domain a cookie was set, so every one that may have been is tried.
 * @param {Document} page
 * @param {Test} test
 */
function removeCookies(page, test) {
  const present = () => page.cookie.split('; ').map((each) => each.split('=')[0]).filter((name) => name && test(name));
  const found = present();
  const labels = location.hostname.split('.');
  const domains = ['', ...labels.map((_, at) => ';Domain=' + labels.slice(at).join('.'))];
  for (const name of found) {
    for (const domain of domains) {
      for (const path of ['/', location.pathname]) page.cookie = `${name}=;Path=${path};Max-Age=0${domain}`;
    }
  }
  return found.length - present().length;
}

/** @param {Storage} storage @param {Test} test */
function removeKeys(storage, test) {
  const found = Object.keys(storage).filter(test);
  for (const name of found) storage.removeItem(name);
  return found.length;
}

/** @param {Test} test */
async function removeDatabases(test) {
  const found = (await indexedDB.databases()).filter(({ name }) => name && test(name));
  for (const { name } of found) indexedDB.deleteDatabase(/** @type {string} */ (name));
  return found.length;
}

/** @param {Test} test */
async function removeCaches(test) {
  const found = (await caches.keys()).filter(test);
  for (const name of found) await caches.delete(name);
  return found.length;
}
