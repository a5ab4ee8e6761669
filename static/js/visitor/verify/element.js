/** Makes elements out of text; nothing is ever read as markup. */

/**
 * @param {string} tag
 * @param {string} [name] its class
 * @param {(string | Node)[]} inside
 * @returns {HTMLElement}
 */
export function element(tag, name = '', ...inside) {
  const made = document.createElement(tag);
  if (name) made.className = name;
  made.append(...inside);
  return made;
}
