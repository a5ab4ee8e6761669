/** The preference center: a draft of switches that only the buttons turn into a decision. */
import { categoryBlock } from './category.js';
import { showDialog } from './dialog.js';
import { statusBlock } from './status.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {import('./types').Texts} Texts */
/** @typedef {import('./types').Choice} Choice */

/** @type {'center'} */
const LAYER = 'center';

/** @param {Core} core @returns {(opener: Element | null) => Promise<void>} opens it */
export function createPanel(core) {
  /** @type {(() => void) | undefined} */
  let close;

  /** @param {Element | null} opener */
  async function open(opener) {
    if (close) return;
    const texts = await core.speech();
    if (close) return;
    core.speak(texts);
    /** @type {Map<string, boolean>} */
    const draft = new Map(Object.entries(core.state.categories));
    const status = core.make('div', { class: 'status' });
    const end = () => close?.();
    const choose = (/** @type {Choice} */ choice, /** @type {HTMLElement} */ into) => core.press(choice, into, end);
    const dialog = build(core, texts, draft, status, choose, end);
    const withdraw = () => choose({ action: 'withdraw', layer: LAYER }, status);
    const render = () => status.replaceChildren(...statusBlock(core, texts, withdraw));
    const stop = core.subscribe(render);
    close = showDialog(core, dialog, opener, () => {
      stop();
      close = undefined;
    });
  }

  core.leave = () => close?.();
  return open;
}

/**
 * @param {Core} core
 * @param {Texts} texts
 * @param {Map<string, boolean>} draft
 * @param {HTMLElement} status
 * @param {(choice: Choice, into: HTMLElement) => void} choose
 * @param {() => void} close
 * @returns {HTMLDialogElement}
 */
function build(core, texts, draft, status, choose, close) {
  const { make, button, link, config } = core;
  const cross = button('close', '\u00d7', close);
  cross.setAttribute('aria-label', texts.close);
  const allow = make('div', { class: 'actions' });
  const actions = make('div', { class: 'actions' });
  allow.append(button('accept-all', texts.allow_all, () => choose({ action: 'accept_all', layer: LAYER }, allow)));
  actions.append(
    button('reject-all', texts.reject_all, () => choose({ action: 'reject_all', layer: LAYER }, actions)),
    button('save', texts.confirm, () => choose({ action: 'save', layer: LAYER, categories: Object.fromEntries(draft) }, actions)),
  );
  const policy = link(config.policy_url, texts.policy_link);
  return make(
    'dialog',
    { 'data-consent-layer': LAYER, 'aria-labelledby': 'consent-center-title', 'aria-modal': 'true', role: 'dialog' },
    make('div', { class: 'head' }, cross, brand(core)),
    make(
      'div',
      { class: 'text' },
      make('h2', { id: 'consent-center-title' }, texts.center_title),
      make('p', {}, texts.center_intro),
      policy && make('p', {}, policy),
      status,
      allow,
      make('h3', {}, texts.manage_title),
      ...config.categories.map((category) => categoryBlock(core, texts, category, draft)),
    ),
    actions,
  );
}

/** @param {Core} core whose center this is: a picture with the site's name, or the name */
function brand({ make, config, link }) {
  const logo = link(config.logo_url, '');
  return logo ? make('img', { class: 'brand', src: logo.href, alt: config.name }) : make('p', { class: 'brand' }, config.name);
}
