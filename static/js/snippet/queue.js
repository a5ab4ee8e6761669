/**
 * Decisions on their way to the service: kept on the device until it answered, sent one at a time in the
 * order they were made, each with the subject just answered. A body is frozen before it is first sent, so
 * that a repetition is the same request and the service, knowing the event_id, makes one record of it.
 */
import { parse, stringify } from './natives.js';

/** @typedef {import('./types').QueueItem} QueueItem */
/** @typedef {import('./types').RecordBody} RecordBody */

export const KEY = 'consent.queue';
/** The service will never take these: malformed beyond repair, or another record under that id. */
const DEAD = [409, 413, 415, 422];
const FIRST_WAIT = 2;
const LONGEST_WAIT = 300;

/**
 * @param {{
 *   storage: () => Pick<Storage, 'getItem' | 'setItem'>,
 *   send: (body: string) => Promise<import('./types').Reply>,
 *   lock: (work: () => Promise<void>) => Promise<void>,
 *   later: (work: () => void, seconds: number) => void,
 *   subject: () => string | null,
 *   answered: (body: RecordBody, answer: any) => void,
 *   dropped: (body: RecordBody, status: number) => void,
 * }} use the world around the queue
 */
export function createQueue(use) {
  /** @type {QueueItem[]} what is waiting, where nothing can be stored */
  let memory = [];
  let kept = true;
  let wait = FIRST_WAIT;
  let running = false;

  /** @returns {QueueItem[]} */
  function read() {
    try {
      if (kept) return parse(use.storage().getItem(KEY) || '[]').filter((/** @type {any} */ item) => item.body.event_id);
    } catch {
      // storage is closed to us, or holds what we did not write
    }
    return memory;
  }

  /** @param {QueueItem[]} items */
  function write(items) {
    memory = items;
    try {
      use.storage().setItem(KEY, stringify(items));
      kept = true;
    } catch {
      kept = false;
    }
  }

  /** @param {QueueItem} item @param {QueueItem[]} put what stands in its place */
  const replace = (item, ...put) => write(read().flatMap((each) => (each.body.event_id === item.body.event_id ? put : each)));

  async function drain() {
    for (let item; (item = read()[0]); ) {
      const { body } = item;
      if (!item.sent) {
        body.subject = use.subject();
        replace(item, (item = { body, sent: true }));
      }
      const { status, retry, json } = await use.send(stringify(body));
      if ((status === 200 || status === 201) && json?.record_id) use.answered(body, json);
      else if (DEAD.includes(status)) use.dropped(body, status);
      else return use.later(flush, retry || (wait = Math.min(wait * 2, LONGEST_WAIT)));
      replace(item);
      wait = FIRST_WAIT;
    }
  }

  async function flush() {
    if (running || !read().length) return;
    running = true;
    await use.lock(drain).catch(drain);
    running = false;
  }

  return {
    /** @param {RecordBody} body */
    add: (body) => write([...read(), { body }]),
    flush,
    /** @returns {boolean} */
    empty: () => !read().length,
    /** @returns {boolean} whether what waits outlives this page */
    kept: () => kept,
  };
}
