/** The page's own places: for the visitor's choice, the published list, frames that wait, odd openers. */
import { createFrames } from './frames.js';
import { allowFrame } from './wishes.js';
import { config, core, make, page, say } from '../shared/lent.js';
import { statusLines } from '../shared/status.js';
import { tables } from './tables.js';

export function createEmbeds() {
  /** @type {Promise<() => void> | undefined} */
  let made;

  async function prepare() {
    const speech = await core.speech();
    const list = page.querySelector('[data-consent-cookie-table]') && (await core.listed());
    const tidy = createFrames(allowFrame);
    const reopen = reopener();
    const fill = () => {
      reach();
      for (const each of page.querySelectorAll('[data-consent-status]')) put(each, statusLines());
      for (const each of page.querySelectorAll('[data-consent-cookie-table]')) if (list) put(each, tables(speech, list));
      if (reopen && core.state.decided && !reopen.isConnected) page.body.append(reopen);
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

/**
 * The floating button, where a site wants one. On a narrow page it stands at the end, over nothing.
 */
function reopener() {
  const { root } = core;
  const side = config.options?.reopen_button;
  if (!side) return false;
  const made = make('button', { type: 'button', class: 'consent-reopen', 'data-consent-open': '', 'data-side': side, lang: root.lang, dir: root.dir }, say('open_center'));
  made.style.cssText = root.style.cssText;
  return made;
}

/** Make openers that are no controls reachable by keyboard. */
function reach() {
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
