/** Which rule of the notice holds where the visitor is. */
import { stringify } from './natives.js';

/** @typedef {import('./types').Rule} Rule */

/** The rule when nobody could say where the visitor is: the strictest there is. @type {Rule} */
export const STRICT = { match: ['*'], model: 'opt_in', gpc: 'apply', models: {} };

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
 * Whether it matters where the visitor is. Where no entry is for everywhere else, the strict rule is.
 * @param {Rule[]} rules
 * @returns {boolean}
 */
export const differ = (rules) =>
  new Set([...rules, ruleFor(rules, null)].map(({ model, gpc, models }) => stringify([model, gpc, models || {}]))).size > 1;

/**
 * @param {Rule[]} rules
 * @param {string | null} region
 * @returns {{rule: Rule, region: string | null, gpc: boolean}} what of a view follows from the place
 */
export function placed(rules, region) {
  if (!REGION.test(/** @type {string} */ (region))) region = null;
  const rule = ruleFor(rules, region);
  return { rule, region, gpc: navigator.globalPrivacyControl === true && rule.gpc !== 'ignore' };
}
