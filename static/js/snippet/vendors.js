/** The vendors whose grants are not those of their categories: only these stand in the cookie and the record. */
/** @typedef {import('./types').VendorBits} VendorBits */

/**
 * @param {import('./types').Core} core
 * @param {import('./types').Choice} choice
 * @param {any} named wishes {vendor: {consent: [categories], legitimate_interest: [categories]}}
 * @returns {Record<string, VendorBits> | undefined}
 */
export function deviating({ view, choose, fits, granted, vendorGrants }, choice, named) {
  const before = view();
  /** @type {Record<string, VendorBits>} */
  const v = Object.create(null);
  const next = { ...before, stored: choose(before, choice, 1) };
  for (const vendor of before.config.vendors) {
    const wish = { ...named[vendor.key] };
    const of = (/** @type {string} */ basis) => (vendor.bases.includes(basis) ? vendor.categories : []);
    const pick = (/** @type {string[]} */ from, /** @type {any} */ some) => from.filter((key) => some.includes(key));
    const usual = of('consent').filter((key) => granted(next, key));
    const own = before.stored?.v?.[vendor.key]?.c || usual;
    const c = pick(usual, Array.isArray(wish.consent) ? wish.consent : own);
    const interests = wish.legitimate_interest;
    const l = pick(of('legitimate_interest'), Array.isArray(interests) ? interests : vendorGrants(before, vendor).legitimate_interest);
    if (c.length < usual.length || l.length < of('legitimate_interest').length) v[vendor.key] = { c, l };
  }
  // what does not fit into the cookie is refused, never granted
  if (!fits({ ...next.stored, v })) for (const key of Object.keys(v)) v[key] = { c: [], l: [] };
  return v;
}
