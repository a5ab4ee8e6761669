/** Showing and hiding the first layer, and the way to the second. */
import { banner } from './banner.js';
import { complete } from './grants.js';
import { page } from './page.js';

/** @param {import('./types').Core} core */
export function createLayers(core) {
  /** @type {HTMLElement | null} */
  let shown = null;
  /** @type {import('./types').Part | undefined} */
  let part;

  /** @param {HTMLElement | null} next what stands there from now on */
  function put(next) {
    const focused = shown?.contains(page.activeElement);
    shown?.remove();
    shown = next && core.host.show(next);
    if (focused && !next) core.back();
  }

  /** @param {boolean} [plain] the second layer is out of reach */
  const show = (plain) => put(banner(core.config, core.words(), act, plain, core.state().decided));

  /** @param {string} action @param {HTMLElement} buttons */
  function act(action, buttons) {
    if (action === 'open-center') return open(page.activeElement);
    if (action === 'close') return put(null);
    const done = () => core.host.announce(core.words().saved);
    if (action === 'accept-all') return core.accept('banner', buttons, done);
    core.decide({ action: action === 'withdraw' ? action : 'reject_all', layer: 'banner' });
    done();
  }

  /** @param {Element | null} [opener] */
  async function open(opener) {
    try {
      part = (await Promise.all([core.part(), core.texts()]))[0];
      await part.open(opener || page.activeElement);
    } catch {
      show(true);
      shown?.querySelector('h2')?.focus();
    }
  }

  return {
    open,
    close: () => part?.close(),
    /** Ask who has not been asked; a privacy signal that was honoured by default needs no question. */
    question() {
      const view = core.view();
      if (!complete(view) && !(view.gpc && view.rule.model === 'opt_out')) show();
    },
    /** A decision is there: the question goes. */
    settle: () => complete(core.view()) && put(null),
  };
}
