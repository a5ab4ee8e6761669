/** A layer with a long list: back, title, search, filter, one box for all that is listed, and the rows that fit. */
import { createFilter } from './filter.js';
import { button, make, say } from '../shared/lent.js';
import { createRows } from './rows.js';
import { folded, matcher } from './search.js';

/** Announced after a pause, so that typing is not interrupted. */
const PAUSE = 600;
/** So few hits are shown opened. */
const FEW = 9;

/**
 * @param {import('../types').Draft} draft
 * @param {import('../types').Listing} listing
 * @param {string | undefined} category shown alone at first
 * @param {() => void} back
 */
export function listView(draft, listing, category, back) {
  const { title, entries, text } = listing;
  const counts = new Map();
  for (const each of entries) counts.set(each.category, (counts.get(each.category) || 0) + 1);
  const active = new Set(counts.has(category) ? [/** @type {string} */ (category)] : []);
  const texts = new Map(entries.map((each) => [each, folded(text(each))]));
  const query = make('input', { type: 'search', 'data-consent-search': '', 'aria-label': say('list_search'), placeholder: say('list_search') });
  const status = make('output');
  const rows = make('div', { class: 'rows' });
  const heading = make('h3', { tabindex: '-1' }, title);
  const clear = clearing('\u00d7');
  const draw = createRows(draft, listing);
  /** @type {any} */
  let later;

  /** @param {string} name */
  function clearing(name) {
    const made = button('search-clear', name, () => {
      query.value = '';
      query.focus();
      update();
    });
    made.setAttribute('aria-label', say('list_search_clear'));
    return made;
  }

  /** @param {string} said */
  function tell(said) {
    clearTimeout(later);
    status.textContent = said;
  }

  function update() {
    const fits = matcher(query.value);
    const hits = entries.filter((each) => (!active.size || active.has(each.category)) && fits(/** @type {string} */ (texts.get(each))));
    const nothing = query.value ? say('list_none', { query: query.value }) : say('list_none_filter');
    clear.hidden = !query.value;
    rows.scrollTop = 0;
    if (hits[0]) draw(rows, hits, query.value !== '' && hits.length <= FEW);
    else rows.replaceChildren(make('p', {}, nothing), query.value ? clearing(say('list_search_clear')) : '');
    // what was said of the list before does not stand over this one; without a hit it is seen below
    tell('');
    status.className = hits[0] ? '' : 'unseen';
    later = setTimeout(tell, PAUSE, hits[0] ? say('list_found', { count: hits.length }) : nothing);
  }

  query.oninput = update;
  const bar = make('div', { class: 'bar' }, button('back', say('back'), back), heading);
  const tools = make('div', { class: 'tools' }, make('div', { class: 'search' }, query, clear), createFilter(counts, active, update, tell));
  const view = make('div', { class: 'list' }, bar, tools, status, rows);
  update();
  return {
    view,
    /** Where focus goes: not into a field that would call up a keyboard over the list. */
    start: () => (matchMedia('(pointer:coarse)').matches ? heading : query).focus(),
  };
}
