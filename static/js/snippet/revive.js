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
  if (name === 'template') unfold(/** @type {HTMLTemplateElement} */ (element), trust);
  else for (const each of [element, ...element.querySelectorAll('source,track,img')]) point(each, trust);
  /** @type {any} */ (element).load?.();
  return element;
}

/**
 * A new script like an old one, but for its type and its source. The nonce is the old one's own, handed on
 * as a property; one that has none gets none.
 * @param {HTMLScriptElement} old
 * @param {import('./types').Trust} trust
 */
function twin(old, trust) {
  const made = page.createElement('script');
  for (const { name, value } of old.attributes) {
    if (!/^(type|(data-)?src|nonce)$/.test(name)) made.setAttribute(name, /^on/.test(name) ? trust.code(value) : value);
  }
  made.nonce = old.nonce;
  made.text = trust.code(old.text);
  return made;
}

/** @param {HTMLScriptElement} script */
const source = (script) => script.dataset.src || script.getAttribute('src');

/**
 * A script that waited does not run when its type changes: a new one takes its place.
 * @param {HTMLScriptElement} old
 * @param {import('./types').Trust} trust
 */
function script(old, trust) {
  const made = twin(old, trust);
  const from = source(old);
  made.type = old.dataset.type || '';
  made.async = old.hasAttribute('async');
  made.setAttribute(MARK, '');
  if (from) made.src = trust.url(from);
  old.replaceWith(made);
  return made;
}

/**
 * The content of a template is cloned, never parsed from text. Its scripts wait in their turn, so that
 * they run in order with all others.
 * @param {HTMLTemplateElement} template
 * @param {import('./types').Trust} trust
 */
function unfold(template, trust) {
  const copy = page.importNode(template.content, true);
  for (const each of copy.querySelectorAll('script')) {
    if (each.dataset.consent) continue;
    const made = twin(each, trust);
    const marks = { type: each.type, src: source(each), consent: template.dataset.consent, consentVendor: template.dataset.consentVendor };
    for (const [name, value] of Object.entries(marks)) if (value) made.dataset[name] = value;
    made.type = 'text/plain';
    each.replaceWith(made);
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
