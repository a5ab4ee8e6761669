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
  return Object.assign(make('button', { type: 'button', 'data-consent-action': action }, text), { onclick: press });
}

/**
 * @param {string | null | undefined} address
 * @param {string} text
 * @returns {HTMLAnchorElement | false} nothing where a link may not point
 */
export const link = (address, text) => /^(https?:|mailto:|\/)/i.test('' + address) && make('a', { href: address }, text);
