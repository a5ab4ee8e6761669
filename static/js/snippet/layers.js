/** Showing and hiding the first layer, and the way to the second. */
import { banner } from './banner.js';
import { complete } from './grants.js';
import { page } from './page.js';

/** @param {import('./types').Core} core */
export function createLayers(core) {
  /** @type {HTMLElement | null} */
  let shown = null;

  /** @param {HTMLElement | null} next what stands there from now on */
  function put(next) {
    const focused = shown?.contains(page.activeElement);
    shown?.remove();
    shown = next && core.show(next);
    if (focused && !next) core.back();
  }

  /** @param {boolean} [plain] the second layer is out of reach */
  const show = (plain) => put(banner(core.config, core.words, act, plain, core.state.decided));

  /** @param {string} action @param {HTMLElement} buttons */
  function act(action, buttons) {
    if (action === 'open_center') enter(page.activeElement);
    else if (action === 'close') put(null);
    else core.press({ action: /** @type {any} */ (action), layer: 'banner' }, buttons, () => put(null));
  }

  /** @param {Element | null} [opener] */
  async function enter(opener) {
    try {
      const [part] = await Promise.all([core.part(), core.speech()]);
      await part.enter(opener || page.activeElement);
    } catch {
      show(true);
      shown?.querySelector('h2')?.focus();
    }
  }

  return {
    enter,
    /** Ask who has not been asked; a privacy signal that was honoured by default needs no question. */
    question() {
      const { gpc, rule } = core.view;
      if (!complete(core.view) && !(gpc && rule.model === 'opt_out')) show();
    },
    /** A decision is there: the question goes. */
    settle: () => complete(core.view) && put(null),
  };
}
