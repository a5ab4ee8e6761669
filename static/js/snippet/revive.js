/** Bringing one waiting element to life. */
import { page } from './page.js';

const MARK = 'data-consent-released';

/**
 * @param {Element} element
 * @param {import('./types').Trust} trust
 * @returns {Element} what stands in the page now
 */
export function revive(element, trust) {
  const name = element.localName;
  if (name === 'script') return script(/** @type {HTMLScriptElement} */ (element), trust);
  element.setAttribute(MARK, '');
  if (name === 'template') unfold(/** @type {HTMLTemplateElement} */ (element));
  else for (const each of [element, ...element.querySelectorAll('source,track,img')]) point(each, trust);
  /** @type {any} */ (element).load?.();
  return element;
}

/**
 * A script that waited does not run when its type changes: a new one takes its place. The nonce is its
 * own, handed on as a property; one that has none gets none.
 * @param {HTMLScriptElement} old
 * @param {import('./types').Trust} trust
 */
function script(old, trust) {
  const made = page.createElement('script');
  const { type, src } = old.dataset;
  for (const { name, value } of old.attributes) {
    if (!/^(data-)?(type|src|nonce)$/.test(name)) made.setAttribute(name, /^on/.test(name) ? trust.code(value) : value);
  }
  if (type) made.type = type;
  made.nonce = old.nonce;
  made.async = old.async && old.hasAttribute('async');
  made.setAttribute(MARK, '');
  const source = src || old.getAttribute('src');
  if (source) made.src = trust.url(source);
  else made.text = trust.code(old.text);
  old.replaceWith(made);
  return made;
}

/**
 * The content of a template is cloned, never parsed from text. Its scripts wait in their turn, so that
 * they run in order with all others.
 * @param {HTMLTemplateElement} template
 */
function unfold(template) {
  const copy = page.importNode(template.content, true);
  for (const each of copy.querySelectorAll('script')) {
    if (each.dataset.consent) continue;
    if (each.type) each.dataset.type = each.type;
    each.type = 'text/plain';
    for (const name of ['consent', 'consentVendor']) {
      const value = template.dataset[name];
      if (value) each.dataset[name] = value;
    }
  }
  template.after(copy);
}

/**
 * `data-src` becomes `src`, and so on.
 * @param {Element} element
 * @param {import('./types').Trust} trust
 */
function point(element, trust) {
  for (const name of ['src', 'srcset', 'href', 'data', 'poster']) {
    const value = element.getAttribute('data-' + name);
    if (value != null) element.setAttribute(name, trust.url(value));
  }
}
