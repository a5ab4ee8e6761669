/** The rows of a list: a name that opens what is known, and a box for each legal basis to choose by. */
import { box } from '../shared/draft.js';
import { fold, pour } from './fold.js';
import { config, make, named, say } from '../shared/lent.js';

/** @typedef {import('../types').Row} Row */

/**
 * @param {import('../types').Draft} draft
 * @param {import('../types').Listing} listing
 * @returns {(into: HTMLElement, hits: any[], opened: boolean) => void}
 */
export function createRows(draft, { head, columns, grouped, about }) {
  const locked = config.categories.filter((each) => each.locked).map(({ key }) => key);
  const vendors = new Map(config.vendors.map((each) => [each.key, each]));
  /** @param {Row} row @param {import('../types').VendorBasis} basis */
  const rests = ({ category, vendor }, basis) => !locked.includes(category) && vendors.get(vendor)?.bases.includes(basis);
  /** One box for one company in one category, or for all that is listed. @param {Row[]} all @param {string} basis @param {string} name @param {any} [marks] */
  const cell = (all, basis, name, marks) =>
    make('label', {}, box(
      { 'aria-label': name, ...marks },
      () => [all.filter(({ category, vendor }) => draft.holds(category, vendor, basis)).length, all.length],
      (on) => all.forEach(({ category, vendor }) => draft.allow(on, category, vendor, basis)),
    ));
  let made = 0;

  /** @param {Row} row @returns {HTMLElement[]} its line, and the line that its name opens */
  function lines(row) {
    const { category, vendor, name, count } = row;
    const several = (vendors.get(vendor)?.categories.length || 0) > 1;
    const below = make('td', { colspan: '' + (columns.length + 1) });
    const under = make('tr', {}, below);
    const small = make('small', {}, named(category) + (count ? ` (${count})` : ''));
    const press = fold('consent-row-' + made++, under, [name, small], () => about(row, below));
    const cells = columns.map((basis) => {
      const marks = { 'data-consent-vendor': vendor, 'data-consent-basis': basis.replace('_', '-'), 'data-consent-category': several ? category : null };
      const label = `${name}${several ? ', ' + named(category) : ''}: ${say('basis_' + basis)}`;
      if (rests(row, basis)) return make('td', {}, cell([row], basis, label, marks));
      if (locked.includes(category)) return make('td', {}, say('always_active'));
      return make('td', {}, vendor && make('span', { 'aria-hidden': 'true' }, '\u2013'), vendor && make('span', { class: 'unseen' }, say('basis_none')));
    });
    return [make('tr', {}, make('th', { scope: 'row' }, press), ...cells), under];
  }

  /** @param {Row[]} rows */
  function allLine(rows) {
    const cells = columns.map((basis) => {
      const all = rows.filter((row) => rests(row, basis));
      const label = say('select_' + basis, { count: all.length });
      const choice = cell(all, basis, label, { 'data-consent-all': basis.replace('_', '-') });
      choice.append(make('span', { 'aria-hidden': 'true' }, all.length + ''));
      return make('td', {}, all[0] && choice);
    });
    return make('tr', {}, make('th', { scope: 'row' }, say('select_all', { count: rows.length })), ...cells);
  }

  return (into, hits, opened) => {
    const rows = grouped(hits);
    const body = make('tbody');
    const heads = [head, ...columns.map((basis) => say('basis_' + basis))].map((text) => make('th', { scope: 'col' }, text));
    const free = rows.filter((row) => columns.some((basis) => rests(row, basis)));
    if (free[0]) body.append(allLine(free));
    pour(body, rows, lines);
    into.replaceChildren(columns.includes('legitimate_interest') ? make('p', {}, say('interest_hint')) : '', make('table', {}, make('thead', {}, make('tr', {}, ...heads)), body));
    if (opened) for (const each of into.querySelectorAll('button')) each.click();
  };
}
