/** What came after the choice: only that is asked, and all earlier answers stand. */
import { button, core, make, named, say, when } from '../shared/lent.js';
import { fresh } from '../shared/status.js';

export async function news() {
  await core.speech();
  const { config, view, put, decide, announce, enter } = core;
  const keys = fresh();
  if (!keys[0]) return;
  const answer = (/** @type {boolean} */ value) => {
    put();
    decide({ action: 'save', layer: 'banner', categories: Object.fromEntries(keys.map((key) => [key, value])) });
    announce(say('saved'));
  };
  const text = say('news_text', { date: when(/** @type {any} */ (view.stored).t), names: keys.map(named).join(', ') });
  put(
    make(
      'div',
      { role: 'region', 'aria-label': say('news_title'), 'data-consent-layer': 'banner' },
      make('div', { class: 'text', tabindex: '0' }, make('small', {}, config.name), make('h2', { tabindex: '-1' }, say('news_title')), make('p', {}, text)),
      make(
        'div',
        { class: 'actions' },
        button('accept-new', say('news_accept'), () => answer(true)),
        button('reject-new', say('news_reject'), () => answer(false)),
        button('open-center', say('open_center'), () => enter()),
      ),
    ),
  );
}
