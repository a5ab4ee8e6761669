/** The first layer: three equal buttons. It asks without stopping anybody: no trap, no stolen focus. */
import { button, link, make } from './dom.js';

/**
 * @param {import('../types').Config} config
 * @param {import('../types').Texts} texts
 * @param {(action: string, buttons: HTMLElement) => void} act
 * @param {boolean} [plain] the second layer cannot be loaded: say so, and offer what needs none
 * @param {boolean} [decided] there is a choice that can be withdrawn
 * @returns {HTMLElement}
 */
export function banner(config, texts, act, plain, decided) {
  const press = (/** @type {string} */ action) => button(action.replace('_', '-'), texts[action], () => act(action, buttons));
  const policy = link(config.policy_url, texts.policy_link);
  const buttons = make(
    'div',
    { class: 'actions' },
    press('accept_all'),
    press('reject_all'),
    !plain && press('open_center'),
    plain && decided && press('withdraw'),
    plain && press('close'),
  );
  return make(
    'div',
    { role: 'region', 'aria-label': texts.banner_title, 'data-consent-layer': 'banner' },
    make(
      'div',
      { class: 'text', tabindex: policy ? null : '0' },
      make('small', {}, config.name),
      make('h2', { tabindex: '-1' }, texts.banner_title),
      make('p', {}, plain ? texts.center_unavailable : texts.banner_text),
      policy && make('p', {}, policy),
    ),
    buttons,
  );
}
