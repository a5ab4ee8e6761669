/** From a press to a decision: what the cookie will hold and what the record will say. */
import { bare, keys } from './natives.js';
import { fits } from './cookie.js';
import { granted, iso, objects, signalled } from './grants.js';

/** @typedef {import('./types').View} View */
/** @typedef {import('./types').Stored} Stored */

const ALL = bare({ accept_all: 1, reject_all: 0, withdraw: 0 });

/**
 * @param {View} view
 * @param {import('./types').Choice} choice
 * @param {number} now unix seconds
 * @returns {Stored}
 */
export function choose(view, { action, layer, categories, v }, now) {
  const { config, stored, rule } = view;
  const all = ALL[action];
  const c = bare();
  for (const { key, locked } of config.categories) {
    if (!locked) c[key] = all ?? Number(categories?.[key] ?? granted(view, key));
  }
  /** @type {Stored} */
  const made = {
    n: config.version,
    c,
    t: now,
    e: now + (keys(c).some((key) => c[key]) ? config.expiry.granted : config.expiry.refused),
    a: action,
    o: layer,
    m: rule.model,
    v: all == null ? (v ?? stored?.v) : undefined,
    g: view.region || undefined,
    x: view.gpc ? 1 : undefined,
    s: stored?.s,
    k: stored?.k,
  };
  if (fits(made)) return made;
  // no room for what differs: nothing is granted rather than too much
  for (const key in c) c[key] = 0;
  return { ...made, v: undefined, a: 'reject_all' };
}

/** @param {View} view @returns {boolean} whether accepting all would override a privacy signal */
export const overrides = (view) => view.gpc && view.config.categories.some((each) => signalled(each) && !granted(view, each.key));

/**
 * Accept all that the privacy signal leaves.
 * @param {View} view
 * @param {import('./types').Layer} layer
 * @returns {import('./types').Choice}
 */
export function acceptUnderSignal({ config }, layer) {
  const categories = bare();
  for (const each of config.categories) categories[each.key] = !signalled(each);
  return { action: 'save', layer, categories };
}

/**
 * The body of the record; the queue puts the subject in when it sends. A vendor that is not named follows
 * its categories and is not objected to: so a refusal names every vendor with a legitimate interest, and
 * any other choice those that differ.
 * @param {View} view the view after the choice
 * @param {{event_id: string, language: string, page: string, region_source: string, layout: string}} about
 * @returns {import('./types').RecordBody}
 */
export function record(view, { event_id, language, ...about }) {
  const { config, region, gpc } = view;
  const { version, digest, snippet } = config;
  const stored = /** @type {Stored} */ (view.stored);
  const categories = bare();
  const vendors = bare();
  for (const key in stored.c) categories[key] = stored.c[key] === 1;
  for (const { key, bases } of config.vendors) {
    const own = stored.v?.[key] || (objects(view) && bases.includes('legitimate_interest') && { c: [], l: [] });
    if (own) vendors[key] = { consent: own.c, legitimate_interest: own.l };
  }
  return {
    event_id,
    action: stored.a,
    layer: stored.o,
    notice: { version, digest, language },
    categories,
    vendors,
    subject: null,
    decided_at: /** @type {string} */ (iso(stored.t)),
    region,
    model: stored.m,
    gpc,
    snippet,
    signals: { tcf: null, gpp: null, ac: null },
    ...about,
  };
}
