/** What the two lists hold: everything stored, by provider; and the companies. */
import { BASES } from './draft.js';
import { pour } from './fold.js';
import { config, core, make, named, outward, say } from './lent.js';

/** @typedef {import('./types').Entry} Entry */
/** @typedef {import('./types').List} List */
/** @typedef {import('./types').Row} Row */

/**
 * The legal bases that somebody in the notice rests on: consent where visitors may choose by company, and an
 * interest always, since everybody may object to it.
 */
const columns = () =>
  BASES.slice(+(config.options?.vendor_choices === false)).filter((basis) => config.vendors.some(({ bases }) => bases.includes(basis)));

/** @param {(each: any) => string[]} by @returns {(a: any, b: any) => number} in the order of the visitor's language */
function order(by) {
  const { compare } = new Intl.Collator(core.spoken);
  return (a, b) => {
    const [one, other] = [by(a), by(b)];
    return one.map((text, at) => compare(text, other[at])).find(Boolean) || 0;
  };
}

/** @param {List} list @returns {import('./types').Listing} */
export function cookieListing({ cookies, vendors }) {
  return {
    title: `${say('list_title')} (${cookies.length})`,
    head: say('cookie_provider'),
    columns: columns().filter((basis) => basis === 'consent'),
    // the site's own come first
    entries: [...cookies].sort(order(({ vendor, provider, name }) => [vendor ? '1' : '0', provider, name])),
    text: ({ name, provider, host, purpose, category }) => [name, provider, host, purpose, named(category)].join(' '),
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
      pour(into, items, (item) => [card(item)]);
    },
  };
}

/** @param {Entry} entry @returns {HTMLElement} all that is known of it, as pairs */
function card({ name, match, host, storage, purpose, lasts, party, category, since }) {
  const facts = {
    name: match === 'prefix' ? name + '\u2026' : name,
    host,
    storage: say('storage_' + storage),
    purpose,
    duration: lasts,
    party: say('party_' + party),
    category: named(category),
    since: say('since_version', { version: since }),
  };
  return make('dl', {}, ...Object.entries(facts).map(([key, value]) => make('div', {}, make('dt', {}, say('cookie_' + key)), make('dd', {}, value))));
}

/** @param {List} list @returns {import('./types').Listing} */
export function companyListing({ cookies, vendors }) {
  return {
    title: `${say('vendors_heading')} (${config.vendors.length})`,
    head: say('vendor_name'),
    columns: columns(),
    entries: config.vendors
      .flatMap(({ key, categories }) => categories.map((category) => ({ vendor: key, category, name: vendors[key].name })))
      .sort(order(({ name }) => [name])),
    text: ({ vendor, category, name }) => [name, ...vendors[vendor].hosts, named(category)].join(' '),
    grouped: (hits) => hits,
    about({ vendor, category, name }, into) {
      const { policy_url, hosts } = vendors[vendor];
      const stored = cookies.filter((each) => each.vendor === vendor && each.category === category);
      into.append(
        outward(policy_url, say('vendor_policy', { name })) || '',
        make('p', {}, `${say('vendor_hosts')}: ${hosts.join(', ')}`),
        make('ul', {}, ...stored.map((each) => make('li', {}, make('b', {}, each.name), ` ${each.purpose} (${each.lasts})`))),
      );
    },
  };
}
