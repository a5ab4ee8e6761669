/**
 * The visitor's choice as a store: the same frozen state until a change, whether the loader has run or not.
 * On a server, and until the loader has run, nothing is decided and nothing optional is granted.
 */
import { api, calm, inBrowser, tell } from './arrival.js';

/** @typedef {import('../types/index.js').Consent} Consent */
/** @typedef {import('../types/index.js').State} State */
/** @typedef {import('../types/index.js').Listener} Listener */

/** @type {State} */
const UNDECIDED = Object.freeze({
  decided: false,
  categories: Object.freeze({ necessary: true, functional: false, targeting: false, performance: false }),
  vendors: Object.freeze({}),
  recordId: null,
  decidedAt: null,
  expiresAt: null,
  noticeVersion: 0,
  region: null,
  model: 'opt_in',
  source: 'default',
});

/** @type {State} */
let state = UNDECIDED;
/** @type {Set<Listener>} */
const listeners = new Set();
/** Pending until the loader runs; rejected where load() knows that it will not. */
let arrived = deferred();
let failed = false;
let following = false;

function deferred() {
  /** @type {(consent: Consent) => void} */
  let resolve = () => {};
  /** @type {(reason: unknown) => void} */
  let reject = () => {};
  /** @type {Promise<Consent>} */
  const promise = new Promise((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise: calm(promise), resolve, reject };
}

function follow() {
  if (following || !inBrowser()) return;
  following = true;
  tell('subscribe', hear);
}

/** @param {State} next */
function hear(next) {
  const consent = api();
  if (consent) arrived.resolve(consent);
  if (next === state) return;
  // what was not decided before the loader had run may be granted now: that is a change, too
  const changed = Object.keys(next.categories).filter((key) => next.categories[key] !== state.categories[key]);
  state = next;
  for (const listener of [...listeners]) call(listener, changed);
}

/** One that throws keeps nothing from the others. @param {Listener} listener @param {string[]} changed */
function call(listener, changed) {
  try {
    listener(state, changed);
  } catch (error) {
    console.error(error);
  }
}

/** @param {unknown} reason why the loader will not run; holds until the next load() */
export function abandon(reason) {
  failed = true;
  arrived.reject(reason);
}

/** What failed before is tried again. */
export function retry() {
  if (failed) arrived = deferred();
  failed = false;
}

/** @returns {Promise<Consent>} */
function arrival() {
  follow();
  const consent = api();
  return consent ? Promise.resolve(consent) : arrived.promise;
}

/** @type {typeof import('../types/index.js').ready} */
export function ready() {
  if (!inBrowser()) return Promise.resolve(UNDECIDED);
  return calm(arrival().then((consent) => consent.ready));
}

/** @type {typeof import('../types/index.js').getState} */
export function getState() {
  follow();
  return state;
}

/** @type {typeof import('../types/index.js').getServerState} */
export const getServerState = () => UNDECIDED;

/** @type {typeof import('../types/index.js').subscribe} */
export function subscribe(listener) {
  // the same function subscribed twice is two subscriptions
  /** @type {Listener} */
  const own = (...news) => listener(...news);
  follow();
  if (inBrowser()) listeners.add(own);
  call(own, []);
  return () => void listeners.delete(own);
}

/** What holds without any decision. @param {string} category @param {string | null} [vendor] */
export const always = (category, vendor) => category === 'necessary' && vendor == null;

/** @type {typeof import('../types/index.js').has} */
export const has = (category, vendor) => api()?.has(category, vendor) ?? always(category, vendor);

/** What is called before the loader has run is done as soon as it has. @param {string} name @returns {any} */
const later = (name) => (/** @type {unknown[]} */ ...args) => {
  if (!inBrowser()) return Promise.resolve();
  return calm(arrival().then((/** @type {any} */ consent) => consent[name](...args)));
};

/** @type {Consent['acceptAll']} */
export const acceptAll = later('acceptAll');
/** @type {Consent['rejectAll']} */
export const rejectAll = later('rejectAll');
/** @type {Consent['set']} */
export const set = later('set');
/** @type {Consent['withdraw']} */
export const withdraw = later('withdraw');
/** @type {Consent['receipt']} */
export const receipt = later('receipt');
/** @type {Consent['setSubject']} */
export const setSubject = later('setSubject');

/** @type {typeof import('../types/index.js').open} */
export const open = (layer) => inBrowser() && tell('open', layer);

/** @type {typeof import('../types/index.js').close} */
export const close = () => inBrowser() && tell('close');
