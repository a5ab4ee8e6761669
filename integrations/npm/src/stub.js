/**
 * The inline stub: what a page says before an asynchronous loader, so that early calls are kept and no tag
 * runs ahead of the denied defaults. A server puts it first into <head>, with its nonce or with its hash. The
 * service prints the same text (consent/snippet/modes.py).
 */

const QUEUE = "if(!Object.hasOwn(window,'consent'))window.consent={q:[]};";

/** Everything denied but what keeps the site safe, in the order the services document it. */
const DENIED = [
  'ad_storage',
  'ad_user_data',
  'ad_personalization',
  'analytics_storage',
  'functionality_storage',
  'personalization_storage',
];

/** @type {Record<import('../types/index.js').Mode, (wait: number) => string>} */
const MODES = {
  google: (wait) => {
    const defaults = DENIED.map((type) => `${type}:'denied'`).join();
    return (
      'window.dataLayer=window.dataLayer||[];function gtag(){dataLayer.push(arguments)}' +
      `gtag('consent','default',{${defaults},security_storage:'granted',wait_for_update:${wait}});gtag('set','ads_data_redaction',true);`
    );
  },
  uet: () => "window.uetq=window.uetq||[];uetq.push('consent','default',{ad_storage:'denied'});",
  clarity: () =>
    'window.clarity=window.clarity||function(){(clarity.q=clarity.q||[]).push(arguments)};' +
    "clarity('consentv2',{ad_Storage:'denied',analytics_Storage:'denied'});",
};

/** @type {typeof import('../types/index.js').stub} */
export function stub({ modes = [], waitForUpdate = 500 } = {}) {
  if (!Number.isInteger(waitForUpdate)) throw new TypeError('waitForUpdate is a whole number of milliseconds');
  return [QUEUE, ...modes.map((mode) => MODES[mode](waitForUpdate))].join('');
}

/** @type {typeof import('../types/index.js').stubHash} */
export async function stubHash(options) {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(stub(options)));
  return `sha256-${btoa(String.fromCharCode(...new Uint8Array(digest)))}`;
}
