/** Where focus goes when a layer closes: to what had it before, and never to nowhere. */
import { page } from './page.js';

/** @param {HTMLElement} root ours */
export function createFocus(root) {
  /** @type {any} */
  let last;
  root.addEventListener('focusin', ({ relatedTarget }) => {
    if (relatedTarget && !root.contains(/** @type {Node} */ (relatedTarget))) last = relatedTarget;
  });

  /** @param {any} [opener] */
  return (opener) => {
    const main = page.querySelector('main,h1');
    for (const to of [opener, last, main]) {
      if (!to?.isConnected || to === page.body) continue;
      if (to === main && !to.hasAttribute('tabindex')) to.tabIndex = -1;
      to.focus({ preventScroll: true });
      if (to === page.activeElement) return;
    }
  };
}
