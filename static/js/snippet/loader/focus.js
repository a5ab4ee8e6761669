/** Where focus goes when a layer closes: to what had it before, and never to nowhere. */
import { root } from './host.js';
import { page } from './page.js';

/** @type {any} */
let last;
root.addEventListener('focusin', ({ relatedTarget }) => {
  if (relatedTarget && !root.contains(/** @type {Node} */ (relatedTarget))) last = relatedTarget;
});

/** @param {any} [opener] */
export function back(opener) {
  for (const to of [opener, last, page.querySelector('main,h1')]) {
    if (!to?.isConnected || to === page.body) continue;
    if (to.tabIndex < 0) to.tabIndex = -1;
    to.focus({ preventScroll: true });
    if (to === page.activeElement) return;
  }
}
