import assert from 'node:assert/strict';
import test from 'node:test';
import { choose, overrides, record } from '../../static/js/snippet/loader/choice.js';
import * as grants from '../../static/js/snippet/loader/grants.js';

const { complete, snapshot } = grants;
const has = (view, ...names) => grants.has(view, snapshot(view), ...names);
const granted = (view, key) => has(view, key);
const refused = (view, key) => grants.refused(view, snapshot(view), key);

const config = {
  version: 3,
  digest: 'sha256-d',
  snippet: 'sha256-s',
  expiry: { granted: 1000, refused: 500 },
  categories: [{ key: 'necessary', locked: true }, { key: 'functional' }, { key: 'targeting' }, { key: 'performance' }],
  vendors: [
    { key: 'acme', categories: ['targeting'], bases: ['consent', 'legitimate_interest'] },
    { key: 'interest', categories: ['performance'], bases: ['legitimate_interest'] },
  ],
};
const rule = (model, more = {}) => ({ match: ['*'], model, gpc: 'apply', models: {}, ...more });
const view = (more = {}) => ({ config, stored: null, rule: rule('opt_in'), region: null, gpc: false, ...more });
const after = (before, choice) => ({ ...before, stored: choose(before, { layer: 'banner', ...choice }, 100) });
const about = { event_id: 'e', language: 'en', page: 'https://shop.example/', region_source: 'unknown', layout: 'center' };

test('opt-in grants nothing before a decision, and refuses nothing either', () => {
  for (const key of ['functional', 'targeting', 'performance']) {
    assert.equal(granted(view(), key), false);
    assert.equal(refused(view(), key), false);
  }
  assert.equal(granted(view(), 'necessary'), true);
});

test('opt-out and notice-only grant before a decision, save what a signal switches off', () => {
  for (const model of ['opt_out', 'notice_only']) {
    assert.equal(granted(view({ rule: rule(model) }), 'targeting'), true);
    const silent = view({ rule: rule(model), gpc: true });
    assert.equal(granted(silent, 'targeting'), false);
    assert.equal(refused(silent, 'targeting'), true);
    assert.equal(granted(silent, 'performance'), true);
  }
});

test('a model of a category goes before the model of the rule; an unknown one grants nothing', () => {
  const mixed = view({ rule: rule('opt_out', { models: { targeting: 'opt_in' } }) });
  assert.equal(granted(mixed, 'targeting'), false);
  assert.equal(granted(mixed, 'functional'), true);
  assert.equal(granted(view({ rule: rule('implied') }), 'functional'), false);
});

test('unknown categories and vendors are never granted nor refused', () => {
  const all = after(view(), { action: 'accept_all' });
  for (const key of ['nothing', '__proto__', 'constructor', 'toString', '']) {
    assert.equal(has(all, key), false);
    assert.equal(refused(all, key), false);
    assert.equal(has(all, 'targeting', key), false);
  }
  assert.equal(has(all, 'performance', 'acme'), false);
});

test('accept all grants all, for the longer time; reject all nothing, for the other', () => {
  const yes = after(view(), { action: 'accept_all' });
  assert.equal(has(yes, 'targeting', 'acme'), true);
  assert.equal(yes.stored.e, 1100);
  const no = after(yes, { action: 'reject_all' });
  assert.equal(has(no, 'targeting'), false);
  assert.equal(no.stored.e, 600);
  assert.deepEqual(snapshot(no).vendors.interest.legitimate_interest, []);
});

test('a save keeps what it does not name', () => {
  const some = after(after(view(), { action: 'accept_all' }), { action: 'save', categories: { targeting: false } });
  assert.deepEqual({ ...some.stored.c }, { functional: 1, targeting: 0, performance: 1 });
});

test('a vendor that differs is refused where its category is granted', () => {
  const some = after(view(), { action: 'save', categories: { targeting: true }, v: { acme: { c: [], l: [] } } });
  assert.equal(has(some, 'targeting'), true);
  assert.equal(has(some, 'targeting', 'acme'), false);
  const { vendors } = record(some, about);
  assert.deepEqual(JSON.parse(JSON.stringify(vendors)), { acme: { consent: [], legitimate_interest: [] } });
});

test('only plain yes or no is a wish', () => {
  const odd = after(view(), { action: 'save', categories: { targeting: 'yes', performance: 1, functional: true, nothing: true } });
  assert.deepEqual({ ...odd.stored.c }, { functional: 1, targeting: 0, performance: 0 });
});

test('a refusal and an acceptance name no vendor: the service knows what they mean for each', () => {
  for (const action of ['reject_all', 'withdraw', 'accept_all']) {
    const before = after(view(), { action: 'save', v: { acme: { c: [], l: [] } } });
    assert.deepEqual(Object.keys(record(after(before, { action }), about).vendors), []);
  }
  assert.deepEqual(snapshot(after(view(), { action: 'reject_all' })).vendors.interest.legitimate_interest, []);
});

test('acceptance, refusal and withdrawal carry the same fields', () => {
  const fields = ['accept_all', 'reject_all', 'withdraw', 'save'].map((action) => Object.keys(record(after(view(), { action }), about)).sort().join());
  assert.equal(new Set(fields).size, 1);
});

test('a signal that came after a decision switches off; a decision made under it holds', () => {
  const before = after(view(), { action: 'accept_all' });
  assert.equal(has({ ...before, gpc: true }, 'targeting'), false);
  assert.equal(overrides({ ...before, gpc: true }), true);
  const under = after(view({ gpc: true }), { action: 'accept_all', overriding: true });
  assert.equal(has(under, 'targeting'), true);
  const kept = after(view({ gpc: true }), { action: 'accept_all' });
  assert.equal(kept.stored.a, 'save');
  assert.deepEqual({ ...kept.stored.c }, { functional: 1, targeting: 0, performance: 1 });
});

test('a new category is asked about, and is off until then', () => {
  const old = after(view(), { action: 'accept_all' });
  const grown = { ...old, config: { ...config, asked: 13, categories: [...config.categories, { key: 'video' }] } };
  assert.equal(complete(old), true);
  assert.equal(complete(grown), false);
  assert.equal(granted(grown, 'video'), false);
  assert.equal(granted(grown, 'functional'), true);
});

test('the state is frozen through and through', () => {
  const state = snapshot(after(view(), { action: 'accept_all' }));
  for (const part of [state, state.categories, state.vendors, state.vendors.acme, state.vendors.acme.consent]) assert.ok(Object.isFrozen(part));
  assert.equal(state.decidedAt, '1970-01-01T00:01:40Z');
  assert.equal(state.recordId, null);
});
