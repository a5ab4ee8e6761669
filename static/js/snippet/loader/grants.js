/** What is granted, as pure functions of the decision, the rule and the privacy signal. In doubt: nothing. */
import { bare, freeze } from './natives.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Category} Category */

/** @param {Category} category @returns {boolean} whether a privacy signal switches it off */
export const signalled = ({ gpc, key }) => gpc ?? key === 'targeting';

/** @param {View} view @param {string} key @returns {boolean} whether it waits for a decision */
const asks = ({ rule }, key) => !/^(opt_out|notice_only)$/.test(rule.models?.[key] || rule.model);

/** @param {View} view @param {Category} category @returns {boolean} */
export function granted(view, category) {
  const { stored, gpc } = view;
  if (category.locked) return true;
  if (gpc && signalled(category) && !stored?.x) return false;
  return !!(stored?.c[category.key] ?? !asks(view, category.key));
}

/** @param {View} view @returns {boolean} whether interests are objected to that no vendor's entry names */
export const objects = ({ stored }) => /^(reject_all|withdraw)$/.test(/** @type {string} */ (stored?.a));

/** @param {View} view @param {State} state @param {string} key @returns {boolean} by a decision, or by default where none is needed */
export const refused = (view, state, key) => state.categories[key] === false && !!(view.stored || !asks(view, key));

/**
 * @param {View} view
 * @param {State} state
 * @param {string} key
 * @param {string | null} [vendorKey]
 * @returns {boolean}
 */
export function has(view, { categories, vendors }, key, vendorKey) {
  const vendor = view.config.vendors.find((each) => each.key === vendorKey);
  if (!vendor || !categories[key]) return vendorKey == null && !!categories[key];
  // consent stands first, where it is asked for
  return vendors[vendor.key][vendor.bases[0]].includes(key);
}

/** @param {View} view @returns {boolean} whether every category has been decided, and nothing is asked again */
export const complete = ({ stored, config }) => !!stored && !(stored.n < /** @type {any} */ (config).asked);

/** @param {number} [seconds] @returns {string | null} */
export const iso = (seconds) => (seconds ? new Date(seconds * 1000).toISOString().replace('.000', '') : null);

/** @param {View} view @returns {State} */
export function snapshot(view) {
  const { stored, config, region, rule, gpc } = view;
  const categories = bare();
  const vendors = bare();
  for (const each of config.categories) categories[each.key] = granted(view, each);
  for (const vendor of config.vendors) {
    const own = stored?.v?.[vendor.key];
    const by = (/** @type {import('../types').VendorBasis} */ basis, /** @type {(key: string) => unknown} */ test) =>
      freeze(vendor.categories.filter((key) => vendor.bases.includes(basis) && test(key)));
    vendors[vendor.key] = freeze({
      // a company that came into a category later is not granted by a choice made before
      consent: by('consent', (key) => categories[key] && (own ? own.c.includes(key) : !(/** @type {any} */ (stored)?.n < /** @type {any} */ (vendor).since?.[key]))),
      legitimate_interest: by('legitimate_interest', (key) => (own ? own.l.includes(key) : !objects(view))),
    });
  }
  return freeze({
    decided: !!stored,
    categories: freeze(categories),
    vendors: freeze(vendors),
    recordId: stored?.r || null,
    decidedAt: iso(stored?.t),
    expiresAt: iso(stored?.e),
    noticeVersion: stored?.n ?? config.version,
    region,
    model: rule.model,
    source: stored?.o || (gpc ? 'signal' : 'default'),
  });
}
