/** What the visitor decided, when, under which record, and what can be done with it. */
import { button, config, core, link, make, say, when } from './lent.js';
import { receiptAddress } from './receipt.js';

/** @returns {HTMLElement[]} date and record of the decision */
export function statusLines() {
  const { stored } = core.view;
  if (!stored) return [make('p', {}, say('status_none'))];
  return [
    make('p', {}, say('status_decided', { date: when(stored.t) })),
    make('p', {}, stored.r ? say('status_record', { id: stored.r }) : say('status_pending')),
  ];
}

/**
 * @param {() => void} withdraw
 * @returns {HTMLElement[]} nothing before a decision
 */
export function statusBlock(withdraw) {
  const { stored } = core.view;
  if (!stored) return [];
  const { r, q, k } = stored;
  const receipt = r && q && link(receiptAddress(), say('receipt'));
  const history = k && link(`${config.service}/privacy/${config.site}/history?language=${core.spoken}#key=${k}`, say('history'));
  receipt && receipt.setAttribute('data-consent-action', 'receipt');
  const row = make('p', { class: 'row' }, receipt, history, button('withdraw', say('withdraw'), withdraw));
  return [...statusLines(), row];
}

/**
 * @param {import('../types').Speech} speech
 * @returns {import('../types').Question[]} what the decision does not cover; nobody is asked about what is refused
 */
export function fresh({ asks = [] }) {
  const stored = /** @type {any} */ (core.view.stored);
  return asks.filter(([since, , category]) => stored?.n < since && (stored.c[category] ?? 1));
}
