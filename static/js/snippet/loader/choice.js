/** From a press to a decision: what the cookie will hold and what the record will say. */
import { bare, keys } from './natives.js';
import { granted, iso, signalled } from './grants.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Stored} Stored */

/** @type {Record<string, number>} */
const ALL = { accept_all: 1, reject_all: 0, withdraw: 0 };

/** @param {View} view @returns {boolean} whether accepting all would override a privacy signal */
export const overrides = (view) => view.gpc && view.config.categories.some((each) => signalled(each) && !granted(view, each));

/**
 * @param {View} view
 * @param {import('../types').Choice} choice
 * @param {number} now unix seconds
 * @returns {Stored}
 */
export function choose(view, { action, layer, categories, v, overriding }, now) {
  const { config, stored, rule, region, gpc } = view;
  const kept = action === 'accept_all' && !overriding && overrides(view);
  if (kept) action = 'save';
  const all = ALL[action];
  const c = bare();
  for (const each of config.categories) {
    const { key, locked } = each;
    const wish = kept ? !signalled(each) : categories?.[key];
    if (!locked) c[key] = all ?? +(typeof wish === 'boolean' ? wish : granted(view, each));
    else if (wish === false) console.warn(`consent: "${key}" cannot be refused`);
  }
  return {
    n: config.version,
    c,
    t: now,
    e: now + config.expiry[keys(c).some((key) => c[key]) ? 'granted' : 'refused'],
    a: action,
    o: layer,
    m: rule.model,
    v: all == null ? (v ?? stored?.v) : undefined,
    g: region || undefined,
    x: gpc ? 1 : undefined,
    s: stored?.s,
    k: stored?.k,
  };
}

/**
 * The body of the record; the queue puts the subject in when it sends. It names the vendors that differ: one
 * that is not named follows its categories and is not objected to, but where all is refused.
 * @param {View} view the view after the choice
 * @param {{event_id: string, language: string, page: string, region_source: string, layout: string}} about
 * @returns {import('../types').RecordBody}
 */
export function record(view, { language, ...about }) {
  const { config, region, gpc } = view;
  const { version, digest, snippet } = config;
  const stored = /** @type {Stored} */ (view.stored);
  const categories = bare();
  const vendors = bare();
  for (const key in stored.c) categories[key] = !!stored.c[key];
  for (const key in stored.v) vendors[key] = { consent: stored.v[key].c, legitimate_interest: stored.v[key].l };
  return {
    ...about,
    action: stored.a,
    layer: stored.o,
    notice: { version, digest, language },
    categories,
    vendors,
    decided_at: /** @type {string} */ (iso(stored.t)),
    region,
    model: stored.m,
    gpc,
    snippet,
  };
}
