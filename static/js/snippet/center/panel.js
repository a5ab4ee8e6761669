/** The preference center: one dialog, three layers, one draft that only the buttons turn into a decision. */
import { showDialog } from './dialog.js';
import { createDraft } from '../shared/draft.js';
import { button, config, core, link, make, say } from '../shared/lent.js';
import { listView } from './list.js';
import { companyListing, cookieListing } from './listings.js';
import { brand, firstScreen } from './screen.js';
import { statusBlock } from '../shared/status.js';

/** @typedef {import('../types').Choice} Choice */
/** @typedef {{go(layer: string | undefined, from: Element | null | undefined, category?: string): Promise<void>, end(): void}} Shown */

const NARROW = '(max-width:639.98px)';
/** @type {Record<string, (list: import('../types').List) => import('../types').Listing>} */
const LISTS = { cookies: cookieListing, vendors: companyListing };

/** @returns {import('../types').Center['enter']} opens it, or goes to one of its layers */
export function createPanel() {
  /** @type {Shown | undefined} */
  let shown;

  core.leave = () => shown?.end();
  return async (opener, layer, category) => {
    const speech = await core.speech();
    shown ||= show(speech, opener, () => (shown = undefined));
    await shown.go(layer, opener, category);
  };
}

/**
 * @param {import('../types').Speech} speech
 * @param {Element | null | undefined} opener
 * @param {() => void} closed
 * @returns {Shown}
 */
function show(speech, opener, closed) {
  const draft = createDraft(core);
  const { decidedAt } = core.state;
  const { layout } = core;
  const status = make('div', { class: 'status' });
  const allow = make('div', { class: 'actions' });
  const actions = make('div', { class: 'actions' });
  const title = make('h2', { id: 'consent-title' }, say('center_title'));
  const dialog = make('dialog', { 'aria-labelledby': 'consent-title', 'aria-modal': 'true', role: 'dialog', 'data-consent-layout': layout, 'data-consent-layer': 'center' });
  const narrow = matchMedia(NARROW);
  /** @type {HTMLElement} */
  let first;
  /** @type {HTMLElement | undefined} */
  let list;
  /** @type {any} */
  let from;
  let scrolled = 0;

  const choose = (/** @type {Choice} */ choice, /** @type {HTMLElement} */ into) => core.press(choice, into, () => close());
  const decides = (/** @type {string} */ action, /** @type {string} */ text, into = actions) =>
    button(action, say(text), () => choose(action === 'save' ? draft.choice() : { action: /** @type {any} */ (action.replace('-', '_')), layer: 'center' }, into));

  /** Tabs where there is room for them, else folds. */
  function build() {
    const tabbed = layout === 'tab' && !narrow.matches;
    const all = decides('accept-all', 'allow_all', tabbed ? actions : allow);
    const [reject, save] = [decides('reject-all', 'reject_all'), decides('save', 'confirm')];
    const cross = button('close', '\u00d7', () => close());
    const powered = link(config.options?.powered_by, say('powered_by'));
    cross.setAttribute('aria-label', say('close'));
    first = firstScreen(speech, draft, { title, status, allow }, tabbed);
    first.hidden = !!list;
    allow.replaceChildren(tabbed ? '' : all);
    actions.replaceChildren(...(tabbed ? [save, reject, all] : [reject, save]));
    dialog.replaceChildren(make('div', { class: 'head' }, cross, brand(), tabbed && title), first, list || '', actions, powered ? make('p', { class: 'powered' }, powered) : '');
  }

  const scroller = () => first.querySelector('[role=tabpanel]:not([hidden])') || first;

  function back() {
    list?.remove();
    list = undefined;
    first.hidden = false;
    dialog.dataset.consentLayer = 'center';
    scroller().scrollTop = scrolled;
    (dialog.contains(from) ? from : dialog.querySelector('[data-consent-action=details]'))?.focus();
  }

  /** A phone was turned on its side: an open list and the focus stay. */
  function rebuild() {
    const at = /** @type {HTMLElement} */ (core.page.activeElement);
    build();
    (dialog.contains(at) ? at : /** @type {HTMLElement} */ (dialog.querySelector('button'))).focus();
  }

  build();
  narrow.onchange = layout === 'tab' ? rebuild : null;
  const stop = core.subscribe(() => {
    status.replaceChildren(...statusBlock(() => choose({ action: 'withdraw', layer: 'center' }, status)));
    // a choice made elsewhere meanwhile: the draft stays as it is
    if (core.state.decidedAt !== decidedAt) status.prepend(make('output', { class: 'signal' }, say('choice_changed')));
  });
  const close = showDialog(dialog, opener, () => {
    stop();
    narrow.onchange = null;
    closed();
  });
  return {
    end: close,
    async go(layer, opened, category) {
      const listing = LISTS[layer || ''];
      if (!listing) return list && back();
      const content = await core.listed().catch(() => null);
      if (!content) return actions.prepend(make('p', { role: 'alert' }, say('center_unavailable')));
      if (!list) [from, scrolled] = [opened, scroller().scrollTop];
      list?.remove();
      const { view, start } = listView(draft, listing(content), category, back);
      first.hidden = true;
      first.after((list = view));
      dialog.dataset.consentLayer = layer;
      start();
    },
  };
}
