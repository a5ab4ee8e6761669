/** The filter of a list: a button, and a popover whose ticks hold only once they are applied. */
import { button, make, named, say } from '../shared/lent.js';

/**
 * @param {Map<string, number>} counts how many entries each category has
 * @param {Set<string>} active the categories shown; none means all
 * @param {() => void} apply
 * @param {(text: string) => void} tell
 * @returns {HTMLElement}
 */
export function createFilter(counts, active, apply, tell) {
  const press = button('filter', say('filter'), show);
  const place = make('div', { class: 'filter' }, press);

  function show() {
    /** @type {[string, HTMLInputElement][]} */
    const boxes = [...counts.keys()].map((key) => [key, make('input', { type: 'checkbox', 'data-consent-filter': key })]);
    for (const [key, each] of boxes) each.checked = active.has(key);
    const clear = button('filter-clear', say('filter_clear'), () => {
      for (const [, each] of boxes) each.checked = false;
      tell(say('filter_cleared'));
    });
    const keep = button('filter-apply', say('filter_apply'), () => {
      active.clear();
      for (const [key, each] of boxes) if (each.checked) active.add(key);
      leave();
      apply();
    });
    const popover = make(
      'div',
      { id: 'consent-filter', role: 'dialog', 'aria-labelledby': 'consent-filter-title' },
      make('div', { class: 'line' }, make('h4', { id: 'consent-filter-title' }, say('filter_title')), clear),
      ...boxes.map(([key, each]) => make('label', {}, each, `${named(key)} (${counts.get(key)})`)),
      make('div', { class: 'actions' }, keep, button('filter-cancel', say('filter_cancel'), leave)),
    );
    place.append(Object.assign(popover, { leave }));
    press.setAttribute('aria-expanded', 'true');
    clear.focus();
  }

  function leave() {
    place.lastElementChild?.remove();
    press.focus();
    closed();
  }

  function closed() {
    const count = active.size || '';
    press.setAttribute('aria-expanded', 'false');
    press.setAttribute('aria-label', say(count ? 'filter_active' : 'filter', { count }));
    press.textContent = `${say('filter')} ${count}`;
  }

  press.setAttribute('aria-haspopup', 'dialog');
  press.setAttribute('aria-controls', 'consent-filter');
  closed();
  return place;
}
