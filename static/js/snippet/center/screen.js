/** The center's first screen: introduction, policy, what was decided, and the categories. */
import { categoryBlock, shownCategories } from './category.js';
import { button, config, core, link, make, named, outward, say } from '../shared/lent.js';
import { tabs } from './tabs.js';

/**
 * @param {import('../types').Speech} speech
 * @param {import('../types').Draft} draft
 * @param {{title: HTMLElement, status: HTMLElement, allow: HTMLElement}} parts
 * @param {boolean} tabbed
 * @returns {HTMLElement}
 */
export function firstScreen(speech, draft, { title, status, allow }, tabbed) {
  const policy = (config.options?.policy_new_tab ? outward : link)(speech.policy_url || config.policy_url, say('policy_link'));
  const intro = [make('p', {}, say('center_intro')), policy && make('p', {}, policy), status];
  const shown = shownCategories(speech);
  const blocks = shown.map((each) => categoryBlock(speech, draft, each, tabbed));
  const count = config.vendors.length;
  const all = count && make('p', { class: 'row' }, button('vendors', `${say('vendors_all')} (${count})`, () => core.enter(null, 'vendors')));
  const manage = say('manage_title');
  if (!tabbed) return make('div', { class: 'text' }, title, ...intro, allow, make('h3', {}, manage), ...blocks, all);
  const yours = say('center_tab');
  const first = make('div', { class: 'category' }, make('h3', {}, yours), ...intro, all);
  return tabs(manage, [yours, ...shown.map(({ key }) => named(key))], [first, ...blocks]);
}

/** Whose center this is: a picture with the site's name, or the name. Its size is reserved by the style sheet. */
export function brand() {
  const logo = link(config.logo_url, '');
  if (!logo) return make('p', { class: 'brand' }, config.name);
  const dark = link(config.options?.logo_dark_url, '');
  const source = dark && make('source', { srcset: dark.href, media: '(prefers-color-scheme: dark)' });
  return make('picture', { class: 'brand' }, source, make('img', { src: logo.href, alt: config.name }));
}
