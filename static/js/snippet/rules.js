/** Which rule of the notice holds where the visitor is. */
import { stringify } from './natives.js';

/** @typedef {import('./types').Rule} Rule */

/** The rule when nobody could say where the visitor is: the strictest there is. @type {Rule} */
export const STRICT = { match: ['*'], model: 'opt_in', gpc: 'apply', models: {} };

/**
 * The first entry that matches wins; a country's code matches its subdivisions, `*` everything.
 * @param {Rule[]} rules
 * @param {string | null} region an ISO 3166 code, null where it is unknown
 * @returns {Rule}
 */
export function ruleFor(rules, region) {
  const hit = (/** @type {string} */ code) =>
    code === '*' || (!!region && (code === region || region.startsWith(code + '-')));
  return rules.find((rule) => rule.match.some(hit)) || STRICT;
}

/**
 * Whether it matters where the visitor is. Where no entry is for everywhere else, the strict rule is.
 * @param {Rule[]} rules
 * @returns {boolean}
 */
export function differ(rules) {
  const all = [...rules, ruleFor(rules, null)];
  return new Set(all.map((rule) => stringify([rule.model, rule.gpc, rule.models || {}]))).size > 1;
}
