/**
 * The configuration is data from a publication, and is checked before it is used: where it is not what it
 * should be there is no banner and everything that waits goes on waiting.
 */

/** The kind of each field that the first layer cannot do without. */
const SHAPE = {
  string: 'site service files digest snippet name language layout list',
  number: 'version',
  object: 'languages theme texts center expiry',
  array: 'regions categories vendors rtl',
};

/**
 * @param {any} raw
 * @returns {import('./types').Config | null}
 */
export function checked(raw) {
  const kind = (/** @type {unknown} */ value) => (Array.isArray(value) ? 'array' : value === null ? '' : typeof value);
  const right = (/** @type {[string, string]} */ [is, names]) => names.split(' ').every((name) => kind(raw[name]) === is);
  const lists = (/** @type {any} */ item, /** @type {string[]} */ ...names) => names.every((name) => kind(item?.[name]) === 'array');
  return raw &&
    Object.entries(SHAPE).every(right) &&
    raw.regions.every((/** @type {any} */ rule) => lists(rule, 'match')) &&
    raw.vendors.every((/** @type {any} */ vendor) => lists(vendor, 'categories', 'bases')) &&
    raw.expiry.granted > 0 && raw.expiry.refused > 0
    ? raw
    : null;
}
