/** The page's own controls, found by one listener however they came there. */
import { page } from './page.js';

/**
 * @param {(opener: Element) => void} open
 * @param {(href: string) => void} left a link was followed
 */
export function listen(open, left) {
  const follow = (/** @type {any} */ event) => {
    const { target } = event;
    const opener = target.closest('[data-consent-open]');
    if (opener && !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey)) {
      event.preventDefault();
      open(opener);
    } else left(target.closest('a')?.href || '');
  };
  for (const name of ['click', 'auxclick']) page.addEventListener(name, follow);
}
