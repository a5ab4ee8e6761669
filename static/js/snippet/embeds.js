/** The page's own places: for the visitor's choice, the published list, frames that wait, odd openers. */
import { createFrames } from './frames.js';
import { statusLines } from './status.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {import('./types').Texts} Texts */

/** @param {Core} core */
export function createEmbeds(core) {
  const { page } = core;
  /** @type {Promise<() => void> | undefined} */
  let made;

  async function prepare() {
    const texts = await core.texts();
    const list = page.querySelector('[data-consent-cookie-table]') && (await core.list());
    const tidy = createFrames(core, texts, (frame) => always(core, frame));
    const fill = () => {
      reach(page);
      for (const each of page.querySelectorAll('[data-consent-status]')) put(each, statusLines(core, texts));
      for (const each of page.querySelectorAll('[data-consent-cookie-table]')) if (list) put(each, tables(core, texts, list));
      core.scan().then(tidy);
    };
    core.subscribe(fill);
    return fill;
  }

  // called whenever the page has changed
  return async () => (await (made ||= prepare()))();
}

/**
 * Only when it says something else: a change would be seen as one of the page.
 * @param {Element} place
 * @param {HTMLElement[]} content
 */
function put(place, content) {
  const text = (/** @type {Iterable<Element>} */ nodes) => [...nodes].map((each) => each.textContent).join();
  if (text(place.children) !== text(content)) place.replaceChildren(...content);
}

/** @param {Core} core @param {HTMLElement} frame that the visitor allows, and so all of its categories */
function always(core, frame) {
  const categories = Object.fromEntries(core.marks(frame).filter((each) => each[0] !== '!').map((each) => [each, true]));
  /** @type {import('./types').Choice} */
  const choice = { action: 'save', layer: 'page', categories };
  const vendor = core.config.vendors.find((each) => each.key === frame.dataset.consentVendor);
  core.part().then((part) => {
    if (vendor) choice.v = part.deviating(choice, { [vendor.key]: { consent: vendor.categories } });
    core.decide(choice);
  });
}

/** Make openers that are no controls reachable by keyboard. @param {Document} page */
function reach(page) {
  for (const each of page.querySelectorAll('[data-consent-open]:not(a,button,[role])')) {
    const opener = /** @type {HTMLElement} */ (each);
    opener.tabIndex = 0;
    opener.setAttribute('role', 'button');
    opener.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== ' ') return;
      event.preventDefault();
      opener.click();
    });
  }
}

/**
 * @param {Core} core
 * @param {Texts} texts
 * @param {any} list
 * @returns {HTMLElement[]} a table for each category that has entries
 */
function tables({ make, config, has }, texts, list) {
  const row = (/** @type {'th' | 'td'} */ tag, /** @type {string[]} */ values) =>
    make('tr', {}, ...values.map((value) => make(tag, tag === 'th' ? { scope: 'col' } : {}, value)));
  const heads = ['name', 'provider', 'purpose', 'duration'].map((key) => texts['cookie_' + key]);
  return config.categories.flatMap(({ key }) => {
    const rows = list.cookies.filter((/** @type {any} */ each) => each.category === key);
    if (!rows.length) return [];
    const caption = `${texts[`category_${key}_name`] || key}: ${has(key) ? texts.state_on : texts.state_off}`;
    const cells = (/** @type {any} */ each) => row('td', [each.name, list.vendors?.[each.vendor]?.name || each.host, each.purpose, each.duration]);
    return [make('table', {}, make('caption', {}, caption), make('thead', {}, row('th', heads)), make('tbody', {}, ...rows.map(cells)))];
  });
}
