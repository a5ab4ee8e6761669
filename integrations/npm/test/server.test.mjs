/** On a server there is no page: everything may be imported and called, and nothing is decided. */
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { createSSRApp, h } from 'vue';
import { renderToString as renderVue } from 'vue/server-renderer';
import * as client from '../src/index.js';
import * as forReact from '../src/react.js';
import * as forVue from '../src/vue.js';

const read = (name) => readFile(new URL(name, import.meta.url), 'utf8');

test('nothing is decided, and nothing but the necessary is granted', () => {
  assert.equal(client.getState(), client.getServerState());
  assert.equal(client.getState().decided, false);
  assert.deepEqual(['necessary', 'functional', 'targeting', 'performance', 'other'].map((key) => client.has(key)), [true, false, false, false, false]);
  assert.equal(client.has('necessary', 'acme'), false);
  assert.ok(Object.isFrozen(client.getState()) && Object.isFrozen(client.getState().categories));
});

test('every call can be made, does nothing and waits for nothing', async () => {
  const server = client.getServerState();
  assert.equal(await client.load({ service: 'https://consent.example', site: 'shop' }), server);
  assert.equal(await client.ready(), server);
  for (const name of ['acceptAll', 'rejectAll', 'set', 'withdraw', 'receipt', 'setSubject']) await client[name]({});
  client.open();
  client.close();
  assert.equal('window' in globalThis, false);
});

test('a listener is told once and not kept', () => {
  const heard = [];
  client.subscribe((...news) => heard.push(news))();
  assert.deepEqual(heard, [[client.getServerState(), []]]);
});

test('React and Vue render what was not decided', async () => {
  const { useConsent, ConsentGate } = forReact;
  const App = () => {
    const { decided } = useConsent();
    return createElement('p', null, `${decided} ${useConsent('performance')} `, createElement(ConsentGate, { category: 'functional', fallback: 'off' }, 'on'));
  };
  assert.equal(renderToString(createElement(App)).replace(/<!-- -->/g, ''), '<p>false false off</p>');
  const app = createSSRApp({
    setup() {
      const state = forVue.useConsent();
      const performance = forVue.useConsent('performance');
      return () => h('p', `${state.value.decided} ${performance.value}`);
    },
  });
  assert.equal(await renderVue(app), '<p>false false</p>');
});

test('the stub keeps early calls and denies before anything else runs', () => {
  const page = {};
  page.window = page;
  const run = (text) => Function('window', `with (window) { ${text} }`)(page);
  run(client.stub());
  assert.deepEqual(page, { window: page, consent: { q: [] } });

  run(`${client.stub({ modes: ['google', 'uet', 'clarity'], waitForUpdate: 800 })}`);
  const [[consent, command, values], redaction] = page.dataLayer.map((each) => [...each]);
  assert.deepEqual([consent, command], ['consent', 'default']);
  assert.deepEqual(values, {
    ad_storage: 'denied',
    ad_user_data: 'denied',
    ad_personalization: 'denied',
    analytics_storage: 'denied',
    functionality_storage: 'denied',
    personalization_storage: 'denied',
    security_storage: 'granted',
    wait_for_update: 800,
  });
  assert.deepEqual(redaction, ['set', 'ads_data_redaction', true]);
  assert.equal(Array.isArray(page.dataLayer[0]), false);
  assert.deepEqual(page.uetq, ['consent', 'default', { ad_storage: 'denied' }]);
  assert.deepEqual([...page.clarity.q[0]], ['consentv2', { ad_Storage: 'denied', analytics_Storage: 'denied' }]);
});

test('the stub leaves a loader that is there as it is', () => {
  const page = { consent: { get: () => 1 } };
  page.window = page;
  Function('window', client.stub())(page);
  assert.equal(page.consent.get(), 1);
});

test('what goes into the stub is a number, whatever a caller says', () => {
  assert.throws(() => client.stub({ modes: ['google'], waitForUpdate: '0});alert(1);({a:0' }), TypeError);
  assert.throws(() => client.stub({ modes: ['__proto__'] }), TypeError);
});

test('the hash is the one a browser compares', async () => {
  const text = client.stub({ modes: ['google'] });
  const expected = createHash('sha256').update(text).digest('base64');
  assert.equal(await client.stubHash({ modes: ['google'] }), `sha256-${expected}`);
  assert.doesNotMatch(text, /<\/script|<!--/i);
});

test('what is exported is what is declared', async () => {
  for (const [name, module] of Object.entries({ index: client, react: forReact, vue: forVue })) {
    const declared = (await read(`../types/${name}.d.ts`)).matchAll(/^export declare (?:function|const) (\w+)/gm);
    assert.deepEqual(Object.keys(module).sort(), [...new Set([...declared].map((match) => match[1]))].sort(), name);
  }
});

test('the package needs nothing, and has the version and licence of the project', async () => {
  const own = JSON.parse(await read('../package.json'));
  const project = JSON.parse(await read('../../../package.json'));
  assert.equal(own.dependencies, undefined);
  assert.deepEqual([own.version, own.license], [project.version, project.license]);
  for (const name of Object.keys(own.exports)) await import(own.name + name.slice(1));
});
