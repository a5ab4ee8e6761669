/**
 * Decisions on their way to the service: kept on the device until it answered, sent one at a time in the
 * order they were made, each with the subject just answered. A body is frozen, subject and all, before it
 * is first sent, so that a repetition is the same request and the service makes one record of it.
 */
import { parse, stringify } from './natives.js';

/** @typedef {import('../types').RecordBody} RecordBody */

const KEY = 'consent.queue';
/** Half a year: then the decision itself has had its time, and the service forgets event ids soon after. */
const LIFE = 15552e6;
/** The service will never take these: malformed beyond repair, or another record under that id. */
const DEAD = /^4(09|13|15|22)$/;

/**
 * @param {(body: string) => Promise<import('../types').Reply>} send
 * @param {() => string | null} subject
 * @param {(body: RecordBody, answer: any) => void} answered
 * @param {(status?: number) => void} dropped
 */
export function createQueue(send, subject, answered, dropped) {
  /** @type {RecordBody[]} what is waiting, where nothing can be stored */
  let memory = [];
  let kept = true;
  let doubled = 2;
  let running = false;

  /** @returns {RecordBody[]} */
  function read() {
    try {
      if (kept) return parse(localStorage[KEY] || '[]').filter((/** @type {RecordBody} */ body) => Date.parse(body.decided_at) > Date.now() - LIFE);
    } catch {
      // storage is closed to us, or holds what we did not write
    }
    return memory;
  }

  /** @param {RecordBody[]} bodies */
  function write(bodies) {
    memory = bodies;
    try {
      localStorage[KEY] = stringify(bodies);
      kept = true;
    } catch {
      kept = false;
    }
  }

  async function drain() {
    for (let all; (all = read())[0]; ) {
      const [body] = all;
      if (body.subject === undefined) {
        body.subject = subject();
        write(all);
      }
      const { status, retry, json } = await send(stringify(body));
      if (json?.record_id) answered(body, json);
      else if (DEAD.test(/** @type {any} */ (status))) dropped(status);
      else return void setTimeout(flush, 1000 * (retry || 2 ** doubled++));
      write(read().filter((each) => each.event_id !== body.event_id));
    }
  }

  async function flush() {
    if (running || !read().length) return;
    running = true;
    // one tab at a time, where the browser can say so
    await (async () => navigator.locks.request(KEY, drain))().catch(drain);
    running = false;
  }

  return {
    /** @param {RecordBody} body */
    add: (body) => write([...read(), body]),
    flush,
    /** @returns {boolean} */
    empty: () => !read().length,
    /** @returns {boolean} whether what waits outlives this page */
    kept: () => kept,
  };
}
