/** A vertical list of tabs; the arrow keys go round, Home and End to its ends (ARIA practices: tabs). */
import { make } from '../shared/lent.js';

/**
 * @param {string} name of the list
 * @param {string[]} names
 * @param {HTMLElement[]} panels
 * @returns {HTMLElement}
 */
export function tabs(name, names, panels) {
  const all = names.map((text, at) => {
    const id = 'consent-tab-' + at;
    const tab = make('button', { type: 'button', role: 'tab', id, 'aria-controls': id + '-panel' }, text);
    const panel = panels[at];
    panel.id = id + '-panel';
    panel.tabIndex = 0;
    panel.setAttribute('role', 'tabpanel');
    panel.setAttribute('aria-labelledby', id);
    tab.onclick = () => select(at);
    return tab;
  });
  const list = make('div', { role: 'tablist', 'aria-orientation': 'vertical', 'aria-label': name }, ...all);

  /** @param {number} chosen */
  function select(chosen) {
    all.forEach((tab, at) => {
      const off = at !== chosen;
      tab.setAttribute('aria-selected', '' + !off);
      tab.tabIndex = -off;
      panels[at].hidden = off;
    });
  }

  list.onkeydown = (event) => {
    const { length } = all;
    const at = all.indexOf(/** @type {any} */ (event.target));
    const to = /** @type {Record<string, number>} */ ({ ArrowDown: (at + 1) % length, ArrowUp: (at + length - 1) % length, Home: 0, End: length - 1 })[event.key];
    if (to == null) return;
    event.preventDefault();
    select(to);
    all[to].focus();
  };
  select(0);
  return make('div', { class: 'tabs' }, list, ...panels);
}
