/**
 * Put values into a text: `{name}` stands for one.
 * @param {string} text
 * @param {Record<string, string | number>} values
 * @returns {string}
 */
export const fill = (text, values) => ('' + text).replace(/\{(\w+)\}/g, (whole, name) => '' + (values[name] ?? whole));
