/** Bringing one waiting element to life. */
import { page } from './page.js';

/**
 * @param {HTMLElement} element
 * @param {import('../types').Trust} trust
 * @returns {HTMLElement} what stands in the page now
 */
export function revive(element, trust) {
  const name = element.localName;
  element.dataset.consentReleased = '';
  if (name === 'script') return script(/** @type {HTMLScriptElement} */ (element), trust);
  if (name === 'template') element.after(unfold(/** @type {HTMLTemplateElement} */ (element)));
  else for (const each of [element, ...element.querySelectorAll('source,track,img')]) point(each, trust);
  /** @type {any} */ (element).load?.();
  return element;
}

/**
 * A script that waited does not run when its type changes: a new one like it takes its place. The nonce is
 * the old one's own, handed on as a property; one that has none gets none.
 * @param {HTMLScriptElement} old
 * @param {import('../types').Trust} trust
 */
function script(old, trust) {
  const made = page.createElement('script');
  const src = old.getAttribute('src') || old.dataset.src;
  for (const { name, value } of old.attributes) if (name !== 'src') made.setAttribute(name, trust.createScript(value));
  made.nonce = old.nonce;
  made.text = trust.createScript(old.text);
  made.type = made.dataset.type || '';
  made.async = old.hasAttribute('async');
  if (src) made.src = trust.createScriptURL(src);
  old.replaceWith(made);
  return made;
}

/**
 * The content of a template is cloned, never parsed from text. Its scripts wait in their turn, so that
 * they run in order with all others.
 * @param {HTMLTemplateElement} template
 */
function unfold({ dataset: { consent, consentVendor }, content }) {
  const copy = page.importNode(content, true);
  for (const each of copy.querySelectorAll('script')) {
    if (!each.dataset.consent) Object.assign(each.dataset, { type: each.type, consent }, consentVendor && { consentVendor });
    each.type = 'text/plain';
  }
  return copy;
}

/**
 * `data-src` becomes `src`, and so on.
 * @param {Element} element
 * @param {import('../types').Trust} trust
 */
function point(element, trust) {
  for (const name of ['src', 'srcset', 'href', 'data', 'poster']) {
    const value = element.getAttribute('data-' + name);
    if (value != null) element.setAttribute(name, trust.createScriptURL(value));
  }
}
