/** Which rule of the notice holds where the visitor is. */
/** @typedef {import('../types').Rule} Rule */

/** The rule when nobody could say where the visitor is: the strictest there is. @type {Rule} */
export const STRICT = { match: [], model: 'opt_in' };

/** What a country or a part of one is called (ISO 3166). */
const REGION = /^[A-Z]{2}(-[A-Z0-9]{1,3})?$/;

/**
 * The first entry that matches wins; a country's code matches its subdivisions, `*` everything.
 * @param {Rule[]} rules
 * @param {string | null} region an ISO 3166 code, null where it is unknown
 * @returns {Rule}
 */
export const ruleFor = (rules, region) =>
  rules.find(({ match }) => match.some((code) => code === '*' || `${region}-`.startsWith(code + '-'))) || STRICT;

/**
 * @param {Rule[]} rules
 * @param {any} said where the visitor is, according to a page, the cookie, or the service
 * @returns {{rule: Rule, region: string | null, gpc: boolean}} what of a view follows from the place
 */
export function placed(rules, said) {
  const region = REGION.test(said) ? said : null;
  const rule = ruleFor(rules, region);
  return { rule, region, gpc: navigator.globalPrivacyControl === true && rule.gpc !== 'ignore' };
}
