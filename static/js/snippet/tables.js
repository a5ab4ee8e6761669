/** The published list of cookies and other storage, as tables in the page. */

import { config, core, link, make, named, say, when } from './lent.js';

/** @typedef {import('./types').Entry} Entry */

/**
 * @param {import('./types').Speech} speech
 * @param {import('./types').List} list
 * @returns {HTMLElement[]} a table for each category that has entries, and since when the list stands so
 */
export function tables(speech, list) {
  const tablesOf = config.categories.flatMap(({ key }) => {
    const rows = list.cookies.filter((each) => each.category === key).map((each) => row(list, each));
    if (!rows.length) return [];
    const caption = `${named(key)}: ${say(core.state.categories[key] ? 'state_on' : 'state_off')}`;
    const head = make('tr', {}, ...COLUMNS.map((each) => make('th', { scope: 'col' }, say('cookie_' + each))));
    return [make('table', { class: 'consent-table' }, make('caption', {}, caption), make('thead', {}, head), make('tbody', {}, ...rows))];
  });
  const date = when(Date.parse(speech.published) / 1000);
  const earlier = link(speech.versions, say('earlier_versions'));
  return [...tablesOf, make('p', {}, say('notice_version', { version: config.version, date }), earlier && ' \u00b7 ', earlier)];
}

const COLUMNS = ['name', 'provider', 'purpose', 'duration', 'party'];

/**
 * @param {import('./types').List} list
 * @param {Entry} entry
 */
function row({ vendors }, { name, match, storage, provider, host, vendor, purpose, lasts, party, since }) {
  const small = (/** @type {string} */ text) => [make('br'), make('small', {}, text)];
  const policy = vendor && vendors[vendor] && link(vendors[vendor].policy_url, provider);
  const cells = [
    [match === 'prefix' ? name + '\u2026' : name, ...small(say('storage_' + storage))],
    [policy || provider, ...small(host)],
    [purpose],
    [lasts],
    [say('party_' + party), ...small(`${say('cookie_since')} ${say('since_version', { version: since })}`)],
  ];
  return make('tr', {}, ...cells.map((content, at) => make(at ? 'td' : 'th', { scope: at ? null : 'row', 'data-label': say('cookie_' + COLUMNS[at]) }, ...content)));
}
