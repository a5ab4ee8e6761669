/** Showing and hiding the first layer, and the way to the second. */
import { banner } from './banner.js';
import { press } from './desk.js';
import { back } from './focus.js';
import { complete } from './grants.js';
import { config } from './here.js';
import { show, words } from './host.js';
import { page } from './page.js';
import { center, run, speech } from './parts.js';
import { state, view } from './store.js';

/** @type {HTMLElement | undefined} */
let shown;

/** @param {HTMLElement} [next] what stands as the first layer from now on */
export function put(next) {
  const focused = shown?.contains(page.activeElement);
  shown?.remove();
  shown = next && show(next);
  if (focused && !next) back();
}

/** @param {boolean} [plain] the second layer is out of reach */
export const offer = (plain) => put(banner(config, words, act, plain, state.decided));

/** @param {string} action @param {HTMLElement} buttons */
function act(action, buttons) {
  if (action === 'open_center') enter();
  else if (action === 'close') put();
  else press({ action: /** @type {any} */ (action), layer: 'banner' }, buttons, () => put());
}

/** @type {import('../types').Center['enter']} */
export async function enter(opener, layer, category) {
  opener ||= page.activeElement;
  try {
    const [part] = await Promise.all([center(), speech()]);
    await part.enter(opener, layer, category);
  } catch {
    offer(true);
    shown?.querySelector('h2')?.focus();
  }
}

/**
 * Ask who has not been asked; a privacy signal that was honoured by default needs no question. Who was, is
 * asked only what is new.
 */
export function question() {
  const { gpc, rule, stored } = view;
  if (complete(view) || (gpc && rule.model === 'opt_out')) return;
  if (stored) return run('news');
  offer();
  // the way on is most often pressed while the page is idle already
  window.requestIdleCallback?.(() => center().catch(() => 0));
}

/** A decision is there: the question goes. */
export const settle = () => complete(view) && put();
