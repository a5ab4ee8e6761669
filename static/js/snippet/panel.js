/** The preference center: a draft of switches that only the buttons turn into a decision. */
import { categoryBlock } from './category.js';
import { showDialog } from './dialog.js';
import { statusBlock } from './status.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {import('./types').Texts} Texts */
/** @typedef {import('./types').Choice} Choice */

/** @type {'center'} */
const LAYER = 'center';

/** @param {Core} core */
export function createPanel(core) {
  /** @type {(() => void) | undefined} */
  let close;

  /** @param {Element | null} opener */
  async function open(opener) {
    if (close) return;
    const texts = await core.texts();
    if (close) return;
    core.speak(texts);
    /** @type {Map<string, boolean>} */
    const draft = new Map(Object.entries(core.state().categories));
    const status = core.make('div', { class: 'status' });
    const end = () => close?.();
    const deciding = decisions(core, texts, end);
    const dialog = build(core, texts, draft, status, deciding, end);
    const withdraw = () => deciding.choose({ action: 'withdraw', layer: LAYER });
    const render = () => status.replaceChildren(...statusBlock(core, texts, withdraw));
    const stop = core.subscribe(render);
    close = showDialog(core, dialog, opener, () => {
      stop();
      close = undefined;
    });
  }

  return { open, close: () => close?.() };
}

/**
 * @param {Core} core
 * @param {Texts} texts
 * @param {Map<string, boolean>} draft
 * @param {HTMLElement} status
 * @param {ReturnType<typeof decisions>} deciding
 * @param {() => void} close
 * @returns {HTMLDialogElement}
 */
function build(core, texts, draft, status, { choose, accept }, close) {
  const { make, button, link, config } = core;
  const cross = button('close', '\u00d7', close);
  cross.setAttribute('aria-label', texts.close);
  const allow = make('div', { class: 'allow' });
  allow.append(button('accept-all', texts.allow_all, () => accept(allow)));
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
    make(
      'div',
      { class: 'actions' },
      button('reject-all', texts.reject_all, () => choose({ action: 'reject_all', layer: LAYER })),
      button('save', texts.confirm, () => choose({ action: 'save', layer: LAYER, categories: Object.fromEntries(draft) })),
    ),
  );
}

/**
 * @param {Core} core
 * @param {Texts} texts
 * @param {() => void} close
 */
function decisions(core, texts, close) {
  const done = () => {
    close();
    core.host.announce(texts.saved);
  };
  return {
    /** @param {Choice} choice */
    choose: (choice) => (core.decide(choice), done()),
    /** @param {HTMLElement} into */
    accept: (into) => core.accept(LAYER, into, done),
  };
}

/** @param {Core} core whose center this is: a picture with the site's name, or the name */
function brand({ make, config, safe }) {
  const src = safe(config.logo_url);
  return src ? make('img', { class: 'brand', src, alt: config.name }) : make('p', { class: 'brand' }, config.name);
}
