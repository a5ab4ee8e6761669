/** Making elements. Text is only ever set as text and links are checked, so no text can become markup. */
import { keys } from './natives.js';
import { page } from './page.js';

/**
 * @template {keyof HTMLElementTagNameMap} T
 * @param {T} tag
 * @param {Record<string, string | null | undefined>} [attributes] those without a value are left out
 * @param {...(Node | string | null | 0 | false | undefined)} children those that are nothing are left out
 * @returns {HTMLElementTagNameMap[T]}
 */
export function make(tag, attributes = {}, ...children) {
  const made = page.createElement(tag);
  for (const name of keys(attributes)) {
    const value = attributes[name];
    if (value != null) made.setAttribute(name, value);
  }
  made.append(.../** @type {(Node | string)[]} */ (children.filter(Boolean)));
  return made;
}

/**
 * A button of ours, named by what it does.
 * @param {string} action
 * @param {string} text
 * @param {() => void} press
 * @returns {HTMLButtonElement}
 */
export function button(action, text, press) {
  const made = make('button', { type: 'button', 'data-consent-action': action }, text);
  made.onclick = press;
  return made;
}

/**
 * @param {unknown} address
 * @returns {string | undefined} the address if a link may point there
 */
export const safe = (address) => (/^(https?:\/\/|mailto:|\/(?![/\\]))[^\s\\]+$/i.test('' + address) ? '' + address : undefined);

/**
 * @param {unknown} address
 * @param {string} text
 * @returns {HTMLAnchorElement | 0 | ''}
 */
export const link = (address, text) => (safe(address) ? make('a', { href: safe(address) }, text) : 0);
