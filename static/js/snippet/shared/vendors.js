/** The vendors whose grants are not those of their categories: only these stand in the cookie and the record. */
/** @typedef {import('../types').VendorBits} VendorBits */

/**
 * @param {import('../types').Vendor} vendor
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
