/**
 * Consent modes: what tags of Google and Microsoft are told by their own interfaces. It stands in the loader
 * of sites that chose one, before all else: denied comes first, whatever runs after it. Then follows one
 * update for each decision, and again on each page, since such tags remember nothing. The stub that a page
 * with an asynchronous loader carries says the same (consent/snippet/modes.py).
 */

/** @typedef {'google' | 'uet' | 'clarity'} Mode */
/** @typedef {Record<string, 'granted' | 'denied'>} Values */

/** Which of their names follows which category. @type {Record<Mode, Record<string, string[]>>} */
const NAMES = {
  google: {
    functional: ['functionality_storage', 'personalization_storage'],
    performance: ['analytics_storage'],
    targeting: ['ad_storage', 'ad_user_data', 'ad_personalization'],
  },
  uet: { targeting: ['ad_storage'] },
  clarity: { performance: ['analytics_Storage'], targeting: ['ad_Storage'] },
};
/** So long Google's tags wait for the first update, in milliseconds. */
const PATIENCE = 500;

/** The modes chosen, with the companies behind them: {mode: {category: [vendor]}}. */
const chosen = /** @type {Record<Mode, Record<string, string[]>>} */ (MODES);
const modes = /** @type {Mode[]} */ (Object.keys(chosen));
const here = /** @type {any} */ (window);

/** Their tags take an `arguments` object, not an array. @type {(...said: any[]) => void} */
function gtag() {
  here.dataLayer.push(arguments);
}

/** @type {Record<Mode, (command: 'default' | 'update', values: Values) => void>} */
const tell = {
  google(command, values) {
    here.dataLayer ||= [];
    if (command === 'update') return gtag('consent', command, { ...values, security_storage: 'granted' });
    if (here.dataLayer.some((/** @type {any} */ said) => said?.[0] === 'consent' && said[1] === command)) return;
    gtag('consent', command, { ...values, security_storage: 'granted', wait_for_update: PATIENCE });
    gtag('set', 'ads_data_redaction', true);
  },
  uet(command, values) {
    here.uetq ||= [];
    here.uetq.push('consent', command, values);
  },
  clarity(_, values) {
    here.clarity ||= function clarity() {
      (here.clarity.q ||= []).push(arguments);
    };
    here.clarity('consentv2', values);
  },
};

/**
 * A category counts as granted when it is, and each company of that mode in it as well.
 * @param {Mode} mode
 * @param {(category: string, vendor?: string) => boolean} [has] none before a decision is known: all is denied
 * @returns {Values}
 */
function values(mode, has) {
  /** @type {Values} */
  const all = {};
  for (const [category, names] of Object.entries(NAMES[mode])) {
    const granted = has?.(category) && (chosen[mode][category] || []).every((vendor) => has(category, vendor));
    for (const name of names) all[name] = granted ? 'granted' : 'denied';
  }
  return all;
}

const every = (/** @type {typeof here.consent.has} */ has) => modes.map((mode) => values(mode, has));

let last = JSON.stringify([null, every(undefined)]);

function update() {
  const { decidedAt, categories, source } = here.consent.get();
  const all = every(here.consent.has);
  const now = JSON.stringify([decidedAt, all]);
  if (now === last) return;
  last = now;
  modes.forEach((mode, at) => tell[mode]('update', all[at]));
  if (chosen.google) here.dataLayer.push({ event: 'cookie_consent_update', consent: { ...categories }, source });
}

for (const mode of modes) tell[mode]('default', values(mode));
if (!Object.hasOwn(here, 'consent')) here.consent = { q: [] };
// a grant that is still being looked up at the service counts when that is known
here.consent.q.push(['subscribe', () => here.consent.ready.then(update)]);
