/**
 * What came after the choice: only that is asked, and all earlier answers stand. Where everybody is asked
 * again the first layer is.
 */
import { BASES, createDraft } from '../shared/draft.js';
import { button, core, make, say, when } from '../shared/lent.js';
import { fresh } from '../shared/status.js';

export async function news() {
  const speech = await core.speech();
  const { n, t } = /** @type {import('../types').Stored} */ (core.view.stored);
  if (n < /** @type {any} */ (speech).everybody) return core.offer();
  const asked = fresh(speech);
  if (!asked[0]) return;
  const answer = (/** @type {boolean} */ value) => {
    const draft = createDraft(core);
    for (const [, , category, vendor, isNew] of asked) {
      if (!vendor) draft.turn(category, value);
      else if (!value) for (const basis of BASES) draft.put(0, category, vendor, basis);
      else if (isNew) draft.put(1, category, vendor, BASES[0]);
    }
    core.press({ ...draft.choice(), layer: 'banner' }, core.root, core.put);
  };
  const names = [...new Set(asked.map(([, name]) => name))].join(', ');
  core.put(
    make(
      'div',
      { role: 'region', 'aria-label': say('news_title'), 'data-consent-layer': 'banner' },
      make('div', { class: 'text', tabindex: '0' }, make('small', {}, core.config.name), make('h2', { tabindex: '-1' }, say('news_title')), make('p', {}, say('news_text', { date: when(t), names }))),
      make(
        'div',
        { class: 'actions' },
        button('accept-new', say('news_accept'), () => answer(true)),
        button('reject-new', say('news_reject'), () => answer(false)),
        button('open-center', say('open_center'), () => core.enter()),
      ),
    ),
  );
}
