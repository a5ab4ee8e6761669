/** What the visitor decided, when, under which record, and what can be done with it. */
import { fill } from './fill.js';
import { receiptAddress } from './receipt.js';

/** @typedef {import('./types').Core} Core */
/** @typedef {import('./types').Texts} Texts */

/**
 * @param {Core} core
 * @param {Texts} texts
 * @returns {HTMLElement[]} date and record of the decision
 */
export function statusLines({ view: { stored }, make, wanted }, texts) {
  if (!stored) return [make('p', {}, texts.status_none)];
  const date = new Date(stored.t * 1000).toLocaleString(wanted, { dateStyle: 'medium', timeStyle: 'short' });
  return [
    make('p', {}, fill(texts.status_decided, { date })),
    make('p', {}, stored.r ? fill(texts.status_record, { id: stored.r }) : texts.status_pending),
  ];
}

/**
 * @param {Core} core
 * @param {Texts} texts
 * @param {() => void} withdraw
 * @returns {HTMLElement[]} nothing before a decision
 */
export function statusBlock(core, texts, withdraw) {
  const { make, link, button, config } = core;
  const { stored } = core.view;
  if (!stored) return [];
  const { r, q, k } = stored;
  const receipt = r && q && link(receiptAddress(core), texts.receipt);
  const history = k && link(`${config.service}/privacy/${config.site}/history#key=${k}`, texts.history);
  receipt && receipt.setAttribute('data-consent-action', 'receipt');
  const row = make('p', { class: 'row' }, receipt, history, button('withdraw', texts.withdraw, withdraw));
  return [...statusLines(core, texts), row];
}
