/** The life of a page, in order: calls before the loader, the loader, changes. The journeys use the real one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';

globalThis.window = globalThis;
const client = await import('../src/index.js');
const heard = [];
let leave;
let early;

/** Does with the queue what the loader does. */
function arrive(first) {
  const listeners = new Set();
  const calls = [];
  let state = Object.freeze({ ...first });
  const consent = {
    ready: Promise.resolve().then(() => state),
    get: () => state,
    has: (category) => !!state.categories[category],
    subscribe: (listener) => (listeners.add(listener), listener(state, [])),
    open: (...args) => calls.push(['open', ...args]),
    acceptAll: async () => void calls.push(['acceptAll']),
    set: async (choice) => void calls.push(['set', choice]),
    q: { push: (...all) => all.forEach(([name, ...args]) => consent[name](...args)) },
  };
  const { q } = window.consent;
  Object.defineProperty(window, 'consent', { value: consent });
  consent.q.push(...q);
  q.push = consent.q.push;
  return {
    calls,
    listeners,
    change: (next, changed) => ((state = Object.freeze({ ...state, ...next })), listeners.forEach((each) => each(state, changed))),
  };
}

test('importing leaves the page as it is', () => {
  assert.equal(Object.hasOwn(window, 'consent'), false);
});

test('before the loader nothing is decided and calls are kept', () => {
  leave = client.subscribe((state, changed) => heard.push([state.decided, changed]));
  client.open('cookies');
  early = client.acceptAll();

  assert.equal(client.getState(), client.getServerState());
  assert.deepEqual(heard, [[false, []]]);
  assert.deepEqual(window.consent.q.map(([name]) => name), ['subscribe', 'open']);
});

test('a form of that name is not the service', () => {
  const { consent } = window;
  delete window.consent;
  Object.setPrototypeOf(window, { consent: { get: () => 'an element' } });
  assert.equal(client.has('performance'), false);
  window.consent = consent;
});

test('the loader does what was kept, in order, and tells the state', async () => {
  const first = { decided: false, categories: { necessary: true, performance: false, functional: true }, noticeVersion: 3 };
  const loader = arrive(first);
  await early;

  assert.deepEqual(loader.calls, [['open', 'cookies'], ['acceptAll']]);
  assert.equal(client.getState().noticeVersion, 3);
  assert.equal(await client.ready(), client.getState());
  assert.equal(await client.load({ service: 'https://consent.example', site: 'shop' }), client.getState());
  assert.equal(loader.listeners.size, 1);

  const before = client.getState();
  assert.equal(client.getState(), before);
  client.subscribe(() => {
    throw new Error('mine');
  });
  const said = console.error;
  console.error = () => {};
  loader.change({ decided: true, categories: { necessary: true, performance: true, functional: true } }, ['performance']);
  console.error = said;

  assert.notEqual(client.getState(), before);
  assert.equal(client.has('performance'), true);
  assert.deepEqual(heard, [[false, []], [false, ['functional']], [true, ['performance']]]);

  await client.set({ categories: { performance: false } });
  assert.deepEqual(loader.calls.at(-1), ['set', { categories: { performance: false } }]);
  leave();
  loader.change({ decided: true }, []);
  assert.equal(heard.length, 3);
  assert.equal(loader.listeners.size, 1);
});
