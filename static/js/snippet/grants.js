/** What is granted, as pure functions of the decision, the rule and the privacy signal. In doubt: nothing. */
import { bare, freeze } from './natives.js';

/** @typedef {import('./types').View} View */
/** @typedef {import('./types').State} State */
/** @typedef {import('./types').Category} Category */
/** @typedef {import('./types').Vendor} Vendor */

/** @param {Category} category @returns {boolean} whether a privacy signal switches it off */
export const signalled = (category) => category.gpc ?? category.key === 'targeting';

/** @param {View} view @param {string} key @returns {boolean} whether it waits for a decision */
const asks = ({ rule }, key) => !/^(opt_out|notice_only)$/.test(bare(rule.models)[key] || rule.model);

/** @template {{key: string}} T @param {T[]} list @param {string} key @returns {T | undefined} */
const named = (list, key) => list.find((each) => each.key === key);

/** @param {View} view @param {string} key @returns {boolean} */
export function granted(view, key) {
  const { stored, config, gpc } = view;
  const category = named(config.categories, key);
  if (!category || category.locked) return !!category;
  if (gpc && signalled(category) && !stored?.x) return false;
  return stored && key in stored.c ? stored.c[key] === 1 : !asks(view, key);
}

/** @param {View} view @param {string} key @returns {boolean} by a decision, or by default where none is needed */
export const refused = (view, key) =>
  !!named(view.config.categories, key) && !granted(view, key) && (!!view.stored || !asks(view, key));

/** @param {View} view @returns {boolean} whether interests are objected to that no vendor's entry names */
export const objects = ({ stored }) => /^(reject_all|withdraw)$/.test(stored?.a || '');

/**
 * @param {View} view
 * @param {Vendor} vendor
 * @returns {{consent: string[], legitimate_interest: string[]}} the categories it is granted in, by basis
 */
export function vendorGrants(view, { key, bases, categories }) {
  const own = view.stored?.v?.[key];
  const by = (/** @type {string} */ basis, /** @type {(key: string) => boolean} */ test) => (bases.includes(basis) ? categories.filter(test) : []);
  return {
    consent: by('consent', (each) => granted(view, each) && (!own || own.c.includes(each))),
    legitimate_interest: by('legitimate_interest', (each) => (own ? own.l.includes(each) : !objects(view))),
  };
}

/** @param {View} view @param {string} key @param {string | null} [vendorKey] @returns {boolean} */
export function has(view, key, vendorKey) {
  if (!granted(view, key) || vendorKey == null) return granted(view, key);
  const vendor = named(view.config.vendors, vendorKey);
  if (!vendor) return false;
  const grants = vendorGrants(view, vendor);
  return (vendor.bases.includes('consent') ? grants.consent : grants.legitimate_interest).includes(key);
}

/** @param {View} view @returns {boolean} whether every category has been decided */
export const complete = ({ stored, config }) => !!stored && config.categories.every((each) => each.locked || each.key in stored.c);

/** @param {number} [seconds] @returns {string | null} */
export const iso = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().replace('.000', '') : null);

/** @param {View} view @returns {State} */
export function snapshot(view) {
  const { stored, config } = view;
  const categories = bare();
  const vendors = bare();
  for (const { key } of config.categories) categories[key] = granted(view, key);
  for (const vendor of config.vendors) {
    const { consent, legitimate_interest } = vendorGrants(view, vendor);
    vendors[vendor.key] = freeze({ consent: freeze(consent), legitimate_interest: freeze(legitimate_interest) });
  }
  return freeze({
    decided: !!stored,
    categories: freeze(categories),
    vendors: freeze(vendors),
    recordId: stored?.r || null,
    decidedAt: iso(stored?.t),
    expiresAt: iso(stored?.e),
    noticeVersion: stored ? stored.n : config.version,
    region: view.region,
    model: view.rule.model,
    source: stored ? stored.o : view.gpc ? 'signal' : 'default',
  });
}
