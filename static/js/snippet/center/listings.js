/** What the two lists hold: everything stored, by provider; and the companies. */
import { BASES } from '../shared/draft.js';
import { pour } from './fold.js';
import { config, make, named, outward, say } from '../shared/lent.js';

/** @typedef {import('../types').List} List */
/** @typedef {import('../types').Row} Row */

/**
 * The legal bases that somebody in the notice rests on: consent where visitors may choose by company, and an
 * interest always, since everybody may object to it.
 */
const columns = () =>
  BASES.slice(+(config.options?.vendor_choices === false)).filter((basis) => config.vendors.some(({ bases }) => bases.includes(basis)));

/** @param {List} list @returns {import('../types').Listing} */
export function cookieListing({ labels, cookies, vendors }) {
  return {
    title: `${say('list_title')} (${cookies.length})`,
    head: say('cookie_provider'),
    columns: columns().filter((basis) => basis === 'consent'),
    entries: cookies,
    text: ({ provider, facts }) => [provider, ...facts].join(' '),
    grouped(hits) {
      /** @type {Map<string, Row>} */
      const rows = new Map();
      for (const each of hits) {
        const { vendor, provider, category } = each;
        const key = provider + '\n' + category;
        /** @type {Row} */
        const row = rows.get(key) || { vendor, category, name: provider, items: [] };
        row.count = row.items?.push(each);
        rows.set(key, row);
      }
      return [...rows.values()];
    },
    about({ vendor, name, items = [] }, into) {
      const { policy_url } = vendors[vendor] || {};
      into.append(outward(policy_url, say('vendor_policy', { name })) || '');
      pour(into, items, ({ facts }) => [
        make('dl', {}, ...facts.map((fact, at) => make('div', {}, make('dt', {}, labels[at]), make('dd', {}, fact)))),
      ]);
    },
  };
}

/** @param {List} list @returns {import('../types').Listing} */
export function companyListing({ cookies, vendors }) {
  return {
    title: `${say('vendors_heading')} (${config.vendors.length})`,
    head: say('vendor_name'),
    columns: columns(),
    entries: Object.entries(vendors).flatMap(([vendor, { name, categories }]) => categories.map((category) => ({ vendor, category, name }))),
    text: ({ vendor, category, name }) => [name, ...vendors[vendor].hosts, named(category)].join(' '),
    grouped: (hits) => hits,
    about({ vendor, category, name }, into) {
      const { policy_url, hosts } = vendors[vendor];
      const stored = cookies.filter((each) => each.vendor === vendor && each.category === category);
      into.append(
        make(
          'div',
          {},
          outward(policy_url, say('vendor_policy', { name })),
          hosts[0] && make('p', {}, `${say('vendor_hosts')}: ${hosts.join(', ')}`),
          stored[0] && make('ul', {}, ...stored.map((each) => make('li', {}, make('b', {}, each.facts[0]), ` ${each.facts[3]} (${each.facts[4]})`))),
        ),
      );
    },
  };
}
