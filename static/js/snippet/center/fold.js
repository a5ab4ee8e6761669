/** What opens and closes, and what comes in portions. */
import { make } from '../shared/lent.js';

/**
 * A button that opens a panel. Opening one closes no other.
 * @param {string} id of the panel
 * @param {HTMLElement} panel
 * @param {(Node | string)[]} name
 * @param {() => void} [fill] called when it is first opened
 * @returns {HTMLElement}
 */
export function fold(id, panel, name, fill) {
  const press = make('button', { type: 'button', class: 'fold', 'aria-expanded': 'false', 'aria-controls': id }, make('span', {}, ...name));
  panel.id = id;
  panel.hidden = true;
  press.onclick = () => {
    fill?.();
    fill = undefined;
    panel.hidden = !panel.hidden;
    press.setAttribute('aria-expanded', '' + !panel.hidden);
  };
  return press;
}

/** So many are put in at once, about a screen; the rest follows while nothing else is to do. */
const PORTION = 14;

/**
 * Put many things into a place without stopping the page.
 * @template T
 * @param {HTMLElement} into
 * @param {T[]} items
 * @param {(item: T) => Node[]} build
 */
export function pour(into, items, build) {
  into.append(...items.slice(0, PORTION).flatMap(build));
  const rest = items.slice(PORTION);
  if (rest[0]) (window.requestIdleCallback || setTimeout)(() => into.isConnected && pour(into, rest, build));
}
