/** The vendors whose grants are not those of their categories: only these stand in the cookie and the record. */
/** @typedef {import('./types').VendorBits} VendorBits */

/** How much of the cookie there is for them, beside the decision and what the service answers. */
const ROOM = 300;

/**
 * @param {import('./types').Vendor} vendor
 * @param {(key: string) => boolean} granted
 * @param {any} consent categories; what is no list takes nothing away
 * @param {any} interests categories, likewise
 * @returns {VendorBits | undefined} what it is granted, where that is not all that its categories allow
 */
export function differing({ bases, categories }, granted, consent, interests) {
  const usual = categories.filter((key) => bases.includes('consent') && granted(key));
  const all = categories.filter(() => bases.includes('legitimate_interest'));
  const pick = (/** @type {string[]} */ from, /** @type {any} */ some) => from.filter((key) => !Array.isArray(some) || some.includes(key));
  const c = pick(usual, consent);
  const l = pick(all, interests);
  if (c.length < usual.length || l.length < all.length) return { c, l };
}

/**
 * @param {import('./types').Core} core
 * @param {import('./types').Choice} choice
 * @param {any} named wishes {vendor: {consent: [categories], legitimate_interest: [categories]}}
 * @returns {import('./types').Choice}
 */
export function deviating({ view, state }, choice, named) {
  /** @type {Record<string, VendorBits>} */
  const v = Object.create(null);
  const granted = (/** @type {string} */ key) => {
    const wish = choice.categories?.[key];
    return typeof wish === 'boolean' ? wish : state.categories[key];
  };
  for (const vendor of view.config.vendors) {
    const { key } = vendor;
    const { consent, legitimate_interest } = { ...named[key] };
    const bits = differing(vendor, granted, consent || view.stored?.v?.[key]?.c, legitimate_interest || state.vendors[key].legitimate_interest);
    if (bits) v[key] = bits;
  }
  // what does not fit into the cookie is refused, never granted
  return JSON.stringify(v).length > ROOM ? { ...choice, action: 'reject_all' } : { ...choice, v };
}
