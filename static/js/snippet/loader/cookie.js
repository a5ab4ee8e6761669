/**
 * The cookie `consent`: "v1." + base64url without padding of compact JSON, at most 1,024 bytes. Its fields
 * stand in the order of FIELDS, the first seven always:
 *
 *   n notice version   c categories   t decided at   e expires at (unix seconds)   a action   o layer   m model
 *   v vendors that differ from the default {key: {c: [categories], l: [categories]}}, consent and
 *     legitimate interest; none after reject_all and withdraw, where every interest is objected to
 *   g region   x decided while a privacy signal was on
 *   r record id   s signed subject   k history key   q receipt token   - once the service has answered
 *   h when a page of the service was last opened from here   p a removal is still owed
 *   w the vendors did not fit: they lie in local storage, and without them this is no decision
 *
 * It is read as something a stranger wrote: size, then version, then the grammar below, and nothing beyond
 * it. tests/data/cookie-vectors.json holds what both this and the server's parser must make of it.
 */
import { bare, keys, parse, stringify } from './natives.js';

/** @typedef {import('../types').Stored} Stored */

export const LIMIT = 1024;
const KEY = '"(?!constructor"|prototype")[a-z][a-z0-9_-]{0,39}"';
const LIST = `\\[(${KEY},?)*]`;
const WHOLE = '(0|[1-9]\\d{0,10})';
const TOKEN = '"[\\w.~-]{1,400}"';
/** @type {Record<string, string>} */
const FIELDS = {
  n: WHOLE,
  c: `{(${KEY}:[01],?)*}`,
  t: WHOLE,
  e: WHOLE,
  a: '"(accept_all|reject_all|save|withdraw|signal|renew)"',
  o: '"(banner|center|page|api)"',
  m: '"(opt_in|opt_out|notice_only)"',
  v: `{(${KEY}:{"c":${LIST},"l":${LIST}},?)*}`,
  g: '"[A-Z]{2}(-[A-Z0-9]{1,3})?"',
  x: '1',
  r: TOKEN,
  s: TOKEN,
  k: TOKEN,
  q: TOKEN,
  h: WHOLE,
  p: '1',
  w: '1',
};
const GRAMMAR = RegExp(`^{${keys(FIELDS).map((name, at) => `(${at ? ',' : ''}"${name}":${FIELDS[name]})${at < 7 ? '' : '?'}`).join('')}}$`);

/**
 * @param {string} value the cookie's value
 * @returns {Stored | null} null for everything that is not exactly such a cookie
 */
export function decode(value) {
  try {
    if (value.length > LIMIT || !/^v1\.[\w-]+$/.test(value)) return null;
    const json = atob(value.slice(3).replace(/-/g, '+').replace(/_/g, '/'));
    const raw = GRAMMAR.test(json) && parse(json);
    if (!raw || raw.e < raw.t) return null;
    return { ...raw, c: bare(raw.c), v: raw.v && bare(raw.v) };
  } catch {
    return null;
  }
}

/**
 * @param {any} stored
 * @returns {string}
 */
export function encode(stored) {
  const ordered = bare();
  for (const name in FIELDS) ordered[name] = stored[name];
  return 'v1.' + btoa(stringify(ordered)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=/g, '');
}
