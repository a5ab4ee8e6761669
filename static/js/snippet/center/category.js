/** One category of the center: name, switch, what it is for, how much belongs to it, and the way there. */
import { box } from '../shared/draft.js';
import { fold } from './fold.js';
import { button, config, core, make, named, say, when } from '../shared/lent.js';
import { fresh } from '../shared/status.js';

/** @typedef {import('../types').Draft} Draft */
/** @typedef {import('../types').Category} Category */

/**
 * @param {import('../types').Speech} speech
 * @returns {Category[]} those with something to decide about; all, where no list has been published
 */
export function shownCategories({ cookies }) {
  const some = ({ key = '' }) => cookies[key] || config.vendors.some((each) => each.categories.includes(key));
  return config.categories.some((each) => !each.locked && some(each)) ? config.categories.filter(some) : config.categories;
}

/**
 * @param {import('../types').Speech} speech
 * @param {Draft} draft
 * @param {Category} category
 * @param {boolean} tabbed the panel of a tab: nothing is folded away
 * @returns {HTMLElement}
 */
export function categoryBlock(speech, draft, category, tabbed) {
  const { key, locked } = category;
  const id = 'consent-category-' + key;
  const name = named(key);
  const cookies = speech.cookies[key] || 0;
  const vendors = config.vendors.filter((each) => each.categories.includes(key)).length;
  const panel = make('div', { class: 'panel' }, make('p', {}, say(`category_${key}_text`)));
  const silenced = core.view.gpc && !locked && core.signalled(category) && !draft.holds(key);
  const way = (/** @type {string} */ action, /** @type {string} */ word, /** @type {string} */ layer) => {
    const made = button(action, say(word), () => core.enter(made, layer, key));
    made.setAttribute('data-consent-category', key);
    made.setAttribute('aria-label', say(action + '_of', { category: name }));
    return made;
  };
  return make(
    'div',
    { class: 'category', 'data-consent-category': key },
    make(
      'div',
      { class: 'line' },
      make(tabbed ? 'h3' : 'h4', { id }, tabbed ? name : fold(id + '-panel', panel, [name])),
      locked ? make('p', { class: 'always' }, say('always_active')) : toggle(draft, key, id),
    ),
    panel,
    fresh(speech).some((each) => each[2] === key) && make('p', { class: 'signal' }, say('news_mark', { date: when(/** @type {any} */ (core.view.stored).t) })),
    silenced && make('p', { class: 'signal' }, say('gpc_honoured')),
    !!(cookies + vendors) && make(
      'div',
      { class: 'row' },
      make('small', {}, say('counts', { cookies, vendors })),
      cookies && way('details', 'details', 'cookies'),
      vendors && way('vendors', 'vendors_heading', 'vendors'),
    ),
  );
}

/**
 * A native checkbox that looks like a switch. The words beside it are for the eye: the box says it already.
 * @param {Draft} draft
 * @param {string} key
 * @param {string} id of the heading
 */
function toggle(draft, key, id) {
  const word = make('span', { 'aria-hidden': 'true' });
  /** @returns {[number, number]} */
  const read = () => {
    const [on, all] = draft.share(key);
    const held = draft.holds(key);
    word.textContent = !held ? say('state_off') : on < all ? say('mixed', { on, all }) : say('state_on');
    // granted for the site itself, with no company on: mixed as well
    return [held ? on || 0.5 : 0, all || 0.5];
  };
  return make(
    'label',
    { class: 'switch' },
    word,
    box({ class: 'toggle', 'data-consent-category': key, 'aria-labelledby': id }, read, (on) => draft.turn(key, on)),
  );
}
