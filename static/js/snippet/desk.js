/** Where decisions are made: each is applied in the page at once, put into the queue, and followed up. */
import { acceptUnderSignal, choose, overrides, record } from './choice.js';
import { decode, encode } from './cookie.js';
import { iso } from './grants.js';
import { bare } from './natives.js';
import { painted } from './page.js';
import { createQueue } from './queue.js';
import { seconds } from './store.js';
import { uuid7 } from './uuid.js';

/** @typedef {import('./types').Stored} Stored */
/** @typedef {import('./types').State} State */

/** @param {import('./types').Core} core */
export function createDesk(core) {
  const { locks } = navigator;
  const queue = createQueue({
    storage: () => localStorage,
    send: (body) => core.ask(core.address('records'), body),
    lock: (work) => (locks ? locks.request('consent.queue', work) : work()),
    later: (work, pause) => setTimeout(work, pause * 1000),
    subject: () => (core.reread(), core.view().stored?.s || null),
    answered(body, answer) {
      const { stored } = core.view();
      core.note(kept(answer, !!stored && iso(stored.t) === body.decided_at && stored.a === body.action));
    },
    dropped: (body, status) => core.fail(`record ${body.event_id}: ${status}`),
  });

  /** @param {import('./types').Choice} choice */
  function decide(choice) {
    core.reread();
    const before = core.state();
    const stored = choose(core.view(), choice, seconds());
    const event_id = uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(16)));
    queue.add(record({ ...core.view(), stored }, { event_id, page: location.origin + location.pathname, ...core.about() }));
    return apply(stored, before);
  }

  /**
   * @param {Stored} stored
   * @param {State} before
   */
  async function apply(stored, before) {
    const owed = Object.values(stored.c).includes(0) || stored.v;
    core.keep({ ...stored, p: owed ? 1 : undefined });
    await painted();
    core.scan();
    const sent = queue.flush();
    // a reload has to wait for what only this page remembers
    if (owed) sweep(before, queue.kept() ? undefined : sent);
  }

  /**
   * Remove what is no longer allowed. What could not be done now is owed, and done on the next page.
   * @param {State} before
   * @param {Promise<void>} [sent]
   */
  const sweep = (before, sent) => core.part().then((part) => part.sweep(before, sent)).catch(core.fail);

  return {
    decide,
    sweep,
    queue,
    /** @param {Stored} stored a decision made elsewhere, on a page of the service */
    adopt: async (stored) => (decode(encode(stored)) ? apply(stored, core.state()) : core.fail('decision from elsewhere')),
    /**
     * Accept all, after a question where a privacy signal would be overridden.
     * @param {import('./types').Layer} layer
     * @param {HTMLElement} into where to ask
     * @param {() => void} then
     */
    accept(layer, into, then) {
      const go = (/** @type {import('./types').Choice} */ choice) => (core.decide(choice), then());
      const yes = () => go({ action: 'accept_all', layer });
      const keep = () => go(acceptUnderSignal(core.view(), layer));
      if (overrides(core.view())) core.part().then((part) => part.askSignal(into, yes, keep)).catch(keep);
      else yes();
    },
  };
}

/**
 * What the cookie keeps of an answer.
 * @param {any} answer
 * @param {boolean} latest whether it answers the decision in force, or an earlier one
 * @returns {Partial<Stored>}
 */
export function kept({ subject, record_id, history_url, receipt_url }, latest) {
  const found = bare({ s: subject, k: /#key=(.+)/.exec(history_url)?.[1] });
  if (latest) Object.assign(found, { r: record_id, q: /[?&]token=([^&#]+)/.exec(receipt_url)?.[1] });
  for (const name in found) if (!/^[\w.~-]{1,400}$/.test(found[name] || '')) delete found[name];
  return found;
}
