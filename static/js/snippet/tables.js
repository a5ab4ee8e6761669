/** The published list of cookies and other storage, as tables in the page. */

/** @typedef {import('./types').Texts} Texts */

/**
 * @param {import('./types').Core} core
 * @param {Texts} texts
 * @param {any} list
 * @returns {HTMLElement[]} a table for each category that has entries
 */
export function tables({ make, config, state }, texts, list) {
  const row = (/** @type {any} */ { name, match, storage, provider, purpose, lasts }) => {
    const kind = make('small', {}, texts['storage_' + storage]);
    const shown = match === 'prefix' ? name + '…' : name;
    const cells = [provider, purpose, lasts].map((text) => make('td', {}, text));
    return make('tr', {}, make('td', {}, shown, make('br'), kind), ...cells);
  };
  return config.categories.flatMap(({ key }) => {
    const rows = list.cookies.filter((/** @type {any} */ each) => each.category === key).map(row);
    if (!rows.length) return [];
    const caption = `${texts[`category_${key}_name`] || key}: ${state.categories[key] ? texts.state_on : texts.state_off}`;
    const head = make('tr', {}, ...['name', 'provider', 'purpose', 'duration'].map((each) => make('th', { scope: 'col' }, texts['cookie_' + each])));
    return [make('table', {}, make('caption', {}, caption), make('thead', {}, head), make('tbody', {}, ...rows))];
  });
}
