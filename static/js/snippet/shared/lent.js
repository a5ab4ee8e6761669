/** What the first layer lends its parts, set once before anything here runs; and words in the visitor's language. */

/** @type {import('../types').Core} */
export let core;
/** @type {import('../types').Core['make']} */
export let make;
/** @type {import('../types').Core['button']} */
export let button;
/** @type {import('../types').Core['link']} */
export let link;
/** @type {Document} */
export let page;
/** @type {import('../types').Config} */
export let config;

/**
 * What makes a part stands on its own script element, where the first layer finds it.
 * @param {string} css
 * @param {(core: import('../types').Core) => object} create
 */
export function lend(css, create) {
  /** @type {any} */ (Reflect.get(Document.prototype, 'currentScript', document)).consent = (/** @type {import('../types').Core} */ lender) => {
    core = lender;
    ({ make, button, link, page, config } = core);
    core.dress(css);
    return create(core);
  };
}

/**
 * A text, with values put in: `{name}` stands for one.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 * @returns {string}
 */
export const say = (key, values = {}) => ('' + core.words[key]).replace(/\{(\w+)\}/g, (whole, name) => '' + (values[name] ?? whole));

/** @param {string} key @returns {string} the name of a category */
export const named = (key) => core.words[`category_${key}_name`] || key;

/** @param {number} time unix seconds @returns {string} in words */
export const when = (time) => new Date(time * 1000).toLocaleString(core.spoken, { dateStyle: 'medium', timeStyle: 'short' });

/**
 * A link that leaves the page opens a tab, and says so: the draft survives that, but not a navigation.
 * @param {string | null | undefined} address
 * @param {string} text
 */
export function outward(address, text) {
  const made = link(address, say('opens_tab', { text }));
  return made && Object.assign(made, { target: '_blank', rel: 'noopener' });
}
