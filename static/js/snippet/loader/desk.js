/** Where decisions are made: each is applied in the page at once, put into the queue, and followed up. */
import { choose, overrides, record } from './choice.js';
import { fail } from './events.js';
import { iso } from './grants.js';
import { base, layout } from './here.js';
import { announce, spoken, words } from './host.js';
import { ask } from './net.js';
import { run } from './parts.js';
import { createQueue } from './queue.js';
import { keep, note, reread, source, state, view } from './store.js';
import { painted, seconds } from './time.js';
import { uuid7 } from './uuid.js';

/** @typedef {import('../types').Stored} Stored */

export const queue = createQueue(
  (body) => ask(base + 'records', body),
  () => (reread(), view.stored?.s || null),
  (body, answer) => {
    const { stored } = view;
    note(kept(answer, !!stored && iso(stored.t) === body.decided_at && stored.a === body.action));
  },
  (status) => fail('record ' + status),
);

/** @param {import('../types').Choice} choice */
export async function decide(choice) {
  await painted();
  reread();
  const stored = choose(view, choice, seconds());
  const event_id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
  queue.add(record({ ...view, stored }, { event_id, page: location.origin + location.pathname, language: spoken, region_source: source, layout }));
  apply(stored);
}

/** Make a decision hold in this page, whoever made it. @param {Stored} stored */
export function apply(stored) {
  const before = state;
  const owed = Object.values(stored.c).includes(0) || stored.v;
  keep({ ...stored, p: owed ? 1 : undefined });
  queue.flush();
  // what could not be removed now is owed, and removed on the next page
  if (owed) run('sweep', before);
}

/**
 * What a button of ours decides. Accepting comes after a question where it would override a privacy signal.
 * @param {import('../types').Choice} choice
 * @param {HTMLElement} into where to ask
 * @param {() => void} then closes the layer
 */
export function press(choice, into, then) {
  const go = (/** @type {boolean} */ overriding) => {
    then();
    decide({ ...choice, overriding });
    announce(words.saved);
  };
  if (choice.action === 'accept_all' && overrides(view)) run('askSignal', into, go).then((asked) => asked || go(false));
  else go(false);
}

/**
 * What the cookie keeps of an answer.
 * @param {any} answer
 * @param {boolean} latest whether it answers the decision in force, or an earlier one
 * @returns {Partial<Stored>}
 */
export const kept = ({ subject, record_id, history_url, receipt_url }, latest) => ({
  s: subject,
  k: `${history_url}`.split('#key=')[1],
  ...(latest && { r: record_id, q: `${receipt_url}`.split('token=')[1] }),
});
