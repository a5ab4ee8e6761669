/** The page's own places: for the visitor's choice, the published list, frames that wait, odd openers. */
import { createFrames } from './frames.js';
import { statusLines } from './status.js';
import { tables } from './tables.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {import('./types').Texts} Texts */

/** @param {Core} core */
export function createEmbeds(core) {
  const { page } = core;
  /** @type {Promise<() => void> | undefined} */
  let made;

  async function prepare() {
    const texts = await core.speech();
    const list = page.querySelector('[data-consent-cookie-table]') && (await core.listed());
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
  return async () => {
    (await (made ||= prepare()))();
    return true;
  };
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
    core.decide(vendor ? part.deviating(choice, { [vendor.key]: { consent: vendor.categories } }) : choice);
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
