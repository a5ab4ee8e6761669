import assert from 'node:assert/strict';
import test from 'node:test';
import { createQueue } from '../../static/js/snippet/loader/queue.js';

const KEY = 'consent.queue';
const later = globalThis.setTimeout;
test.afterEach(() => (globalThis.setTimeout = later));

/** A device and a service, both made up. */
function world(replies = [], broken = false) {
  const kept = {};
  const seen = { sent: [], answered: [], dropped: [], waits: [], kept };
  let subject = null;
  globalThis.localStorage = broken
    ? new Proxy(kept, {
        set() {
          throw Error('full');
        },
      })
    : kept;
  globalThis.setTimeout = (work, time) => seen.waits.push({ work, seconds: time / 1000 });
  const make = () =>
    createQueue(
      async (body) => {
        seen.sent.push(body);
        const status = replies.shift() ?? 201;
        const json = status > 0 && status < 300 ? { record_id: 'r', subject: 's' + seen.sent.length } : false;
        return status ? { status: Math.abs(status), retry: status < 0 ? 7 : 0, json } : {};
      },
      () => subject,
      (body, answer) => {
        seen.answered.push(body.event_id);
        subject = answer.subject;
      },
      (status) => seen.dropped.push(status),
    );
  return { ...seen, make };
}
const body = (event_id) => ({ event_id, action: 'save', decided_at: new Date().toISOString() });

test('sends one at a time, in order, each with the subject just answered', async () => {
  const { make, sent, kept } = world();
  const queue = make();
  queue.add(body('a'));
  queue.add(body('b'));
  await queue.flush();
  assert.deepEqual(sent.map((each) => JSON.parse(each)).map((each) => [each.event_id, each.subject]), [['a', null], ['b', 's1']]);
  assert.equal(queue.empty(), true);
  assert.equal(kept[KEY], '[]');
});

test('keeps what could not be sent, survives a reload, and repeats the same bytes', async () => {
  const { make, sent, answered, waits } = world([0, 503, 201]);
  const first = make();
  first.add(body('a'));
  await first.flush();
  assert.equal(waits.length, 1);
  const reloaded = make();
  await reloaded.flush();
  await reloaded.flush();
  assert.equal(new Set(sent).size, 1);
  assert.deepEqual(answered, ['a']);
  assert.equal(reloaded.empty(), true);
});

test('waits as long as the service says, and longer each time otherwise', async () => {
  const { make, waits } = world([-429, 0, 0, 0]);
  const queue = make();
  queue.add(body('a'));
  await queue.flush();
  for (let round = 0; round < 3; round++) await queue.flush();
  assert.deepEqual(waits.map(({ seconds }) => seconds), [7, 4, 8, 16]);
});

test('drops what the service will never take, and goes on', async () => {
  for (const status of [409, 413, 415, 422]) {
    const { make, dropped, answered } = world([status, 201]);
    const queue = make();
    queue.add(body('a'));
    queue.add(body('b'));
    await queue.flush();
    assert.deepEqual(dropped, [status]);
    assert.deepEqual(answered, ['b']);
  }
});

test('an answer that is none keeps the decision', async () => {
  const { make, answered } = world([-200]);
  const queue = make();
  queue.add(body('a'));
  await queue.flush();
  assert.deepEqual(answered, []);
  assert.equal(queue.empty(), false);
});

test('without storage it works from memory', async () => {
  const { make, answered } = world([0, 201], true);
  const queue = make();
  queue.add(body('a'));
  await queue.flush();
  assert.equal(queue.kept(), false);
  assert.equal(queue.empty(), false);
  await queue.flush();
  assert.deepEqual(answered, ['a']);
});

test('garbage in the storage is no queue', async () => {
  for (const garbage of ['', 'x', '{}', '1', 'null', '[1]', '[null]', '[{}]']) {
    const { make, kept, answered } = world();
    kept[KEY] = garbage;
    const queue = make();
    assert.equal(queue.empty(), true);
    queue.add(body('a'));
    await queue.flush();
    assert.deepEqual(answered, ['a']);
  }
});

test('a decision that was never sent is given up after half a year', async () => {
  const { make, kept, sent } = world();
  const old = { ...body('a'), decided_at: new Date(Date.now() - 181 * 864e5).toISOString() };
  kept[KEY] = JSON.stringify([old, body('b')]);
  await make().flush();
  assert.deepEqual(sent.map((each) => JSON.parse(each).event_id), ['b']);
});
