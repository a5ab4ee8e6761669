/** The page's own controls, found by one listener however they came there. */
import { page } from './page.js';

/**
 * @param {(opener: Element) => void} open
 * @param {(href: string) => void} left a link was followed
 */
export function listen(open, left) {
  /** @param {any} event */
  const follow = (event) => {
    const opener = event.target.closest('[data-consent-open]');
    const plain = !(event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (opener && plain) {
      event.preventDefault();
      open(opener);
    } else left(event.target.closest('a')?.href || '');
  };
  page.addEventListener('click', follow);
  page.addEventListener('auxclick', follow);
}
