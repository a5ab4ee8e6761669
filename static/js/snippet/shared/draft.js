/**
 * The draft: where every switch of the center stands until it is confirmed, shared by all layers. Categories
 * and companies follow each other: a category sets its companies, and is mixed while they differ.
 */
import { core } from './lent.js';
import { differing } from './vendors.js';

/** What a company may rest on. @type {import('../types').VendorBasis[]} */
export const BASES = ['consent', 'legitimate_interest'];

/** @param {Pick<import('../types').Core, 'config' | 'state'>} core */
export function createDraft({ config: { categories, vendors }, state }) {
  /** Names of what is on: "category", or "category,company,basis". */
  const on = new Set();
  const put = (/** @type {unknown} */ value, /** @type {string[]} */ ...names) => on[value ? 'add' : 'delete']('' + names);
  const asked = (/** @type {string} */ category) => vendors.filter((each) => each.categories.includes(category) && each.bases.includes('consent'));

  for (const { key } of categories) put(state.categories[key], key);
  for (const { key } of vendors) for (const basis of BASES) for (const category of state.vendors[key][basis]) put(1, category, key, basis);

  const draft = {
    put,
    /** @param {string[]} names a category; or a category, a company and a basis */
    holds: (...names) => on.has('' + names),
    /** @param {string} category @returns {[number, number]} how many of its companies are on, of how many that ask */
    share(category) {
      const all = asked(category);
      return [all.filter(({ key }) => draft.holds(category, key, 'consent')).length, all.length];
    },
    /** @param {string} category @param {boolean} value for it and all of its companies that ask */
    turn(category, value) {
      put(value, category);
      for (const { key } of asked(category)) put(value, category, key, 'consent');
    },
    /**
     * A grant needs the category too: the first company brings it, the last takes it along.
     * @param {boolean} value @param {string} category @param {string} vendor @param {string} basis
     */
    allow(value, category, vendor, basis) {
      put(value, category, vendor, basis);
      if (basis === 'consent') put(draft.share(category)[0], category);
    },
    /** @returns {import('../types').Choice} what "confirm" decides: exactly what is shown */
    choice() {
      /** @type {Record<string, import('../types').VendorBits>} */
      const v = {};
      for (const vendor of vendors) {
        const some = (/** @type {string} */ basis) => vendor.categories.filter((key) => draft.holds(key, vendor.key, basis));
        const bits = differing(vendor, draft.holds, some('consent'), some('legitimate_interest'));
        if (bits) v[vendor.key] = bits;
      }
      return { action: 'save', layer: 'center', categories: Object.fromEntries(categories.map(({ key }) => [key, draft.holds(key)])), v };
    },
  };
  return draft;
}

/**
 * A native checkbox that shows what the draft says; all of them look again after each change of one.
 * @param {Record<string, string | null | undefined>} attributes
 * @param {() => [number, number]} read how many of how many are on; some but not all is mixed
 * @param {(on: boolean) => void} write into the draft
 * @returns {HTMLInputElement}
 */
export function box(attributes, read, write) {
  const made = /** @type {HTMLInputElement & {reflect(): void}} */ (core.make('input', { type: 'checkbox', ...attributes }));
  made.reflect = () => {
    const [some, all] = read();
    made.checked = some >= all;
    made.indeterminate = !!some && some < all;
  };
  made.onchange = () => {
    write(made.checked);
    for (const each of /** @type {NodeListOf<any>} */ (core.root.querySelectorAll('input'))) each.reflect?.();
  };
  made.reflect();
  return made;
}
