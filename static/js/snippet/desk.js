/** Where decisions are made: each is applied in the page at once, put into the queue, and followed up. */
import { choose, overrides, record } from './choice.js';
import { fail } from './events.js';
import { iso } from './grants.js';
import { ask } from './net.js';
import { createQueue } from './queue.js';
import { painted, seconds } from './time.js';
import { uuid7 } from './uuid.js';

/** @typedef {import('./types').Stored} Stored */
/** @typedef {import('./types').State} State */

/** @param {import('./types').Core} core */
export function createDesk(core) {
  const queue = createQueue({
    send: (body) => ask(core.base + 'records', body),
    subject: () => (core.reread(), core.view.stored?.s || null),
    answered(body, answer) {
      const { stored } = core.view;
      core.note(kept(answer, !!stored && iso(stored.t) === body.decided_at && stored.a === body.action));
    },
    dropped: (status) => fail(`record: ${status}`),
  });

  /** @param {import('./types').Choice} choice */
  async function decide(choice) {
    await painted();
    core.reread();
    const stored = choose(core.view, choice, seconds());
    const event_id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10)));
    const { spoken: language, source: region_source, layout } = core;
    queue.add(record({ ...core.view, stored }, { event_id, page: location.origin + location.pathname, language, region_source, layout }));
    apply(stored);
  }

  /** @param {Stored} stored */
  function apply(stored) {
    const before = core.state;
    const owed = Object.values(stored.c).includes(0) || stored.v;
    core.keep({ ...stored, p: owed ? 1 : undefined });
    queue.flush();
    // what could not be removed now is owed, and removed on the next page
    if (owed) core.run('sweep', before);
  }

  return {
    apply,
    decide,
    queue,
    /**
     * What a button of ours decides. Accepting comes after a question where it would override a privacy signal.
     * @param {import('./types').Choice} choice
     * @param {HTMLElement} into where to ask
     * @param {() => void} then closes the layer
     */
    press(choice, into, then) {
      const go = (/** @type {boolean} */ overriding) => {
        then();
        decide({ ...choice, overriding });
        core.announce(core.words.saved);
      };
      if (choice.action === 'accept_all' && overrides(core.view)) core.part().then((part) => part.askSignal(into, go)).catch(() => go(false));
      else go(false);
    },
  };
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
