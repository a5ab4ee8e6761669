/**
 * Decisions made on a page of the service and taken over here. A grant is only believed when it is this
 * browser's own, or the visitor comes straight from the service: somebody else's link must not grant.
 */

import { differing } from '../shared/vendors.js';
import { sweep } from './removal.js';

/** @typedef {import('../types').Core} Core */
/** @typedef {import('../types').Stored} Stored */

const HOUR = 3600;
const PAUSE = 10000;

/** @param {Core} core */
export function createElsewhere(core) {
  let last = 0;
  /** @type {string | undefined} the site's word on who is here */
  let token;
  /** @type {string | number | undefined} the subject that the service has tied to it */
  let tied;

  /** @param {object} body */
  async function look(body) {
    const { json } = await core.ask(core.base + 'state', JSON.stringify(body));
    return typeof json?.record_id === 'string' && json.categories ? json : null;
  }

  /** @param {any} answer */
  const own = (answer) => inner(core.view.stored?.s) === inner(answer.subject);

  /** Who is known takes their newest decision along; what is on its way from here comes first. */
  async function tell() {
    const { stored } = core.view;
    if (!core.queue.empty()) return;
    const { status, json } = await core.ask(core.base + 'state', JSON.stringify({ jwt: token, subject: stored?.s }));
    if (json) {
      tied = inner(json.subject);
      if (json.record_id !== core.view.stored?.r) core.apply(decision(core, json, true));
    } else if (status === 409) {
      // somebody else decided here: nothing of it holds for who is here now, and the next page asks
      const { n, m } = /** @type {Stored} */ (stored);
      core.apply({ n, c: nothing(core), t: 1, e: 1, a: 'reject_all', o: 'page', m });
    } else if (status !== 404) core.fail('subject ' + status);
  }

  // a decision made here is theirs, too, once the service has given it a subject
  core.subscribe(() => {
    const { stored } = core.view;
    if (token && stored?.s && inner(stored.s) !== tied) setTimeout(tell);
  });

  return {
    /** @param {string} token */
    async handover(token) {
      const answer = await look({ handover: token });
      if (!answer) return core.fail('handover');
      const mine = own(answer) || (!core.view.stored && sent(core));
      if (mine || narrower(core, answer)) core.apply(decision(core, answer, mine));
    },
    /** @param {string} jwt */
    setSubject(jwt) {
      token = jwt;
      return tell();
    },
    /**
     * After a visit to the service's pages: has this person decided something there?
     * @param {import('../types').State} [before] what held here until now
     */
    async check(before) {
      const { stored } = core.view;
      // on the site's own host the service has set the cookie; what it refused still runs here
      if (before && before !== core.state && stored?.p) return sweep(before);
      if (!stored?.h || !stored.s) return;
      if (Date.now() / 1000 - stored.h > HOUR) return core.note({ h: undefined });
      if (!core.queue.empty() || Date.now() - last < PAUSE) return;
      last = Date.now();
      const answer = await look({ subject: stored.s });
      if (answer && own(answer) && core.queue.empty() && answer.record_id !== core.view.stored?.r) {
        core.apply(decision(core, answer, true));
      }
    },
  };
}

/** @param {string | undefined} subject @returns {string | number} never equal where there is none */
const inner = (subject) => subject?.split('.')[0] || NaN;

/** @param {Core} core @returns {boolean} whether the service's own page sent the visitor here */
function sent({ page, config }) {
  try {
    return new URL(page.referrer).origin === new URL(config.service, location.href).origin;
  } catch {
    return false;
  }
}

/** @param {Core} core @returns {Record<string, number>} all that is optional, refused */
function nothing({ config }) {
  return Object.fromEntries(config.categories.filter(({ locked }) => !locked).map(({ key }) => [key, 0]));
}

/** @param {Core} core @param {any} answer @returns {boolean} whether it grants nothing that is not granted */
function narrower(core, { categories, vendors }) {
  const now = core.state;
  const inside = (/** @type {any} */ some, /** @type {readonly string[]} */ all = []) =>
    Array.isArray(some) && some.every((each) => all.includes(each));
  return (
    core.config.categories.every(({ key }) => categories[key] !== true || now.categories[key]) &&
    core.config.vendors.every(({ key }) => {
      const grants = vendors?.[key];
      const { consent, legitimate_interest } = now.vendors[key];
      return !grants || (inside(grants.consent, consent) && inside(grants.legitimate_interest, legitimate_interest));
    })
  );
}

/**
 * @param {Core} core
 * @param {any} answer
 * @param {boolean} mine whether the subject and its keys are this browser's to keep
 * @returns {Stored}
 */
function decision(core, answer, mine) {
  const { config } = core;
  const { stored, rule, region, gpc } = core.view;
  const c = Object.create(null);
  for (const { key, locked } of config.categories) if (!locked) c[key] = answer.categories[key] === true ? 1 : 0;
  const keep = mine ? core.kept(answer, true) : { r: answer.record_id, s: stored?.s, k: stored?.k };
  /** @type {Stored} */
  const made = {
    n: answer.notice_version,
    c,
    t: seconds(answer.decided_at),
    e: seconds(answer.expires_at),
    a: answer.action,
    o: 'page',
    m: rule.model,
    g: region || undefined,
    x: gpc ? 1 : undefined,
    ...keep,
  };
  if (/^(reject_all|withdraw)$/.test(made.a)) return made;
  for (const vendor of config.vendors) {
    const grants = answer.vendors?.[vendor.key];
    const bits = grants && differing(vendor, (key) => c[key] === 1, grants.consent || [], grants.legitimate_interest || []);
    if (bits) made.v = { ...made.v, [vendor.key]: bits };
  }
  return made;
}

/** @param {string} date */
const seconds = (date) => Math.floor(Date.parse(date) / 1000);
