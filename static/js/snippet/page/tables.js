/** The published list of cookies and other storage, as tables in the page. */

import { config, core, link, make, named, say, when } from '../shared/lent.js';

/** @typedef {import('../types').Entry} Entry */

/**
 * @param {import('../types').Speech} speech
 * @param {import('../types').List} list
 * @returns {HTMLElement[]} a table for each category that has entries, and since when the list stands so
 */
export function tables(speech, list) {
  const [name, , , purpose, duration, party] = list.labels;
  const heads = [name, say('cookie_provider'), purpose, duration, party];
  const tablesOf = config.categories.flatMap(({ key }) => {
    const rows = list.cookies.filter((each) => each.category === key).map((each) => row(heads, list, each));
    if (!rows.length) return [];
    const caption = `${named(key)}: ${say(core.state.categories[key] ? 'state_on' : 'state_off')}`;
    const head = make('tr', {}, ...heads.map((each) => make('th', { scope: 'col' }, each)));
    return [make('table', { class: 'consent-table' }, make('caption', {}, caption), make('thead', {}, head), make('tbody', {}, ...rows))];
  });
  const date = when(Date.parse(speech.published) / 1000);
  const earlier = link(speech.versions, say('earlier_versions'));
  return [...tablesOf, make('p', {}, say('notice_version', { version: config.version, date }), earlier && ' \u00b7 ', earlier)];
}

/**
 * @param {string[]} heads
 * @param {import('../types').List} list
 * @param {Entry} entry
 */
function row(heads, { labels, vendors }, { provider, vendor, facts }) {
  const [name, host, kind, purpose, duration, party, , since] = facts;
  const small = (/** @type {string} */ text) => [make('br'), make('small', {}, text)];
  const policy = vendor && link(vendors[vendor].policy_url, provider);
  const cells = [[name, ...small(kind)], [policy || provider, ...small(host)], [purpose], [duration], [party, ...small(`${labels[7]} ${since}`)]];
  return make('tr', {}, ...cells.map((content, at) => make(at ? 'td' : 'th', { scope: at ? null : 'row', 'data-label': heads[at] }, ...content)));
}
