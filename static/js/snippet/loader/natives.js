/**
 * Built-ins taken at start, before code of the page has a chance to replace them. Only what is safe to
 * touch outside a browser stands here, so that the pure modules can be tested without one.
 */
export const { parse, stringify } = JSON;
export const { keys, freeze } = Object;

/**
 * An object without a prototype: a key such as `__proto__` is nothing special in it.
 * @template T
 * @param {Record<string, T>} [from]
 * @returns {Record<string, T>}
 */
export const bare = (from) => ({ __proto__: null, .../** @type {any} */ (from) });
