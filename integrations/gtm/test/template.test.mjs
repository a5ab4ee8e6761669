/** The file that is imported into Google Tag Manager: its parts, its rights, and what its code does. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parse } from 'acorn';
import { permissions, run, sections } from './sandbox.mjs';

const text = await readFile(new URL('../template.tpl', import.meta.url), 'utf8');
const parts = sections(text);
const DATA = { loader: 'page', waitForUpdate: '500', redaction: true, passthrough: false, event: true };
const URL_OF_LOADER = 'https://consent.example/v1/sites/shop/loader.js';
const INJECT = { ...DATA, loader: 'inject', service: 'https://consent.example/', site: 'shop' };
const DENIED = {
  ad_storage: 'denied',
  ad_user_data: 'denied',
  ad_personalization: 'denied',
  analytics_storage: 'denied',
  functionality_storage: 'denied',
  personalization_storage: 'denied',
  security_storage: 'granted',
};
const NOTHING = { necessary: true, functional: false, performance: false, targeting: false };
const UNDECIDED = { decided: false, decidedAt: null, categories: NOTHING, source: 'default' };

const decision = (at, granted, source = 'banner') => ({
  decided: true,
  decidedAt: at,
  categories: { ...NOTHING, ...granted },
  source,
});

/** Runs as the real loader does: takes the queue over, then stays frozen. */
function arrive(page, first) {
  let state = freeze(first);
  const listeners = [];
  const consent = {
    get: () => state,
    has: (category, vendor) => !!state.categories[category] && !state.refused?.includes(vendor),
    subscribe: (listener) => (listeners.push(listener), listener(state, [])),
    q: Object.freeze({ push: (...calls) => calls.forEach(([name, ...args]) => consent[name](...args)) }),
  };
  const early = page.consent?.q;
  Object.defineProperty(page, 'consent', { value: Object.freeze(consent) });
  if (early) {
    consent.q.push(...early);
    early.push = consent.q.push;
  }
  return (next) => ((state = freeze(next)), listeners.forEach((each) => each(state, [])));
}

const freeze = (state) => Object.freeze({ ...state, categories: Object.freeze({ __proto__: null, ...state.categories }) });
const did = (log, name) => log.filter(([each]) => each === name).map(([, value]) => value);

test('every part is there, in the order in which the editor writes them, and can be read', () => {
  assert.deepEqual(Object.keys(parts), ['INFO', 'TEMPLATE_PARAMETERS', 'SANDBOXED_JS_FOR_WEB_TEMPLATE', 'WEB_PERMISSIONS', 'TESTS', 'NOTES']);
  const info = JSON.parse(parts.INFO);
  assert.deepEqual([info.type, info.version, info.containerContexts], ['TAG', 1, ['WEB']]);
  assert.match(info.id, /^cvt_/);
});

test('no two fields have one name, and the code reads each of them and no other', () => {
  const names = [];
  const collect = (list) =>
    list.forEach((each) => {
      names.push(each.name);
      (each.radioItems ?? []).forEach((item) => collect(item.subParams ?? []));
    });
  collect(JSON.parse(parts.TEMPLATE_PARAMETERS));
  assert.equal(new Set(names).size, names.length);
  const read = parts.SANDBOXED_JS_FOR_WEB_TEMPLATE.matchAll(/\bdata\.(\w+)/g);
  assert.deepEqual([...new Set([...read].map((match) => match[1]))].sort(), [...names, 'gtmOnSuccess', 'gtmOnFailure'].sort());
});

test('no right is asked for twice, and no more than the code needs', () => {
  const list = JSON.parse(parts.WEB_PERMISSIONS);
  const rights = permissions(parts.WEB_PERMISSIONS);
  assert.equal(Object.keys(rights).length, list.length);
  assert.ok(rights.access_consent.consentTypes.every((each) => each.write && !each.read));
  assert.ok(rights.inject_script.urls.every((url) => url.endsWith('/v1/sites/*/loader.js')));
  for (const { key } of rights.access_globals.keys) assert.ok(parts.SANDBOXED_JS_FOR_WEB_TEMPLATE.includes(`'${key}'`), key);
});

test('the code is written in what the sandbox understands', () => {
  const known = new Set(
    `Program VariableDeclaration VariableDeclarator ExpressionStatement CallExpression MemberExpression Identifier Literal
     ArrowFunctionExpression BlockStatement ReturnStatement IfStatement ObjectExpression Property ArrayExpression
     AssignmentExpression BinaryExpression LogicalExpression UnaryExpression ConditionalExpression`.split(/\s+/),
  );
  const look = (node) => {
    if (!node || typeof node !== 'object') return;
    if (typeof node.type === 'string') assert.ok(known.has(node.type) && !node.regex, `${node.type} at ${node.start}`);
    Object.values(node).flat().forEach(look);
  };
  look(parse(parts.SANDBOXED_JS_FOR_WEB_TEMPLATE, { ecmaVersion: 2015 }));
});

test('everything is denied first, and tags wait', () => {
  const log = run(text, {}, DATA);
  assert.deepEqual(log, [
    ['default', { ...DENIED, wait_for_update: 500 }],
    ['set', { ads_data_redaction: true, url_passthrough: false }],
    ['success'],
  ]);
});

test('a region may begin otherwise', () => {
  const regions = [{ region: ' US-CA, BR ,', functional: 'granted', performance: 'granted', targeting: 'denied' }, { region: ' ' }];
  const [everywhere, there] = did(run(text, {}, { ...DATA, regions }), 'default');
  assert.deepEqual(everywhere, { ...DENIED, wait_for_update: 500 });
  assert.deepEqual(there, {
    ...DENIED,
    analytics_storage: 'granted',
    functionality_storage: 'granted',
    personalization_storage: 'granted',
    region: ['US-CA', 'BR'],
    wait_for_update: 500,
  });
});

for (const order of ['before', 'after']) {
  /** The page has the tag of the service; it runs before or after the container. */
  const visit = (first, page = {}) => {
    let change;
    if (order === 'before') change = arrive(page, first);
    const log = run(text, page, DATA);
    if (order === 'after') change = arrive(page, first);
    return { log, change };
  };

  test(`the loader runs ${order} the container: an undecided visitor is asked, and nothing is updated`, () => {
    const { log, change } = visit(UNDECIDED);
    assert.deepEqual(did(log, 'update'), []);

    change(decision('10:00', { performance: true }));
    assert.deepEqual(did(log, 'update'), [{ ...DENIED, analytics_storage: 'granted' }]);
    assert.deepEqual(did(log, 'event'), [
      { event: 'cookie_consent_update', consent: { ...NOTHING, performance: true }, source: 'banner' },
    ]);
    assert.ok(log.findIndex(([name]) => name === 'update') < log.findIndex(([name]) => name === 'event'));
  });

  test(`the loader runs ${order} the container: a refusal is told as well`, () => {
    const { log, change } = visit(UNDECIDED);
    change(decision('10:00', {}));
    assert.deepEqual(did(log, 'update'), [DENIED]);
  });

  test(`the loader runs ${order} the container: who has decided gets it on each page, once`, () => {
    const all = decision('09:00', { functional: true, performance: true, targeting: true });
    const { log, change } = visit(all);
    change({ ...all, recordId: '1' });
    const granted = Object.fromEntries(Object.keys(DENIED).map((key) => [key, 'granted']));
    assert.deepEqual(did(log, 'update'), [granted]);
  });

  test(`the loader runs ${order} the container: a withdrawal denies again`, () => {
    const { log, change } = visit(decision('09:00', { targeting: true }));
    change(decision('11:00', {}, 'center'));
    const [given, taken] = did(log, 'update');
    assert.equal(given.ad_user_data, 'granted');
    assert.deepEqual(taken, DENIED);
    assert.equal(did(log, 'event')[1].source, 'center');
  });

  test(`the loader runs ${order} the container: what holds without a choice is told`, () => {
    const { log } = visit({ ...UNDECIDED, categories: { ...NOTHING, performance: true } });
    assert.deepEqual(did(log, 'update'), [{ ...DENIED, analytics_storage: 'granted' }]);
  });
}

test('a company that was refused by name is refused in its category', () => {
  const page = {};
  const companies = [
    { category: 'performance', vendor: 'google-analytics' },
    { category: 'targeting', vendor: 'google-ads' },
  ];
  const log = run(text, page, { ...DATA, companies });
  const given = { ...decision('10:00', { performance: true, targeting: true }), refused: ['google-analytics'] };
  arrive(page, given);
  const [update] = did(log, 'update');
  assert.deepEqual([update.analytics_storage, update.ad_storage], ['denied', 'granted']);
  assert.equal(did(log, 'event')[0].consent.performance, true);
});

test('the stub of a page is used, and its calls stay in order', () => {
  const page = { consent: { q: [['open']] } };
  run(text, page, DATA);
  assert.deepEqual(page.consent.q.map(([name]) => name), ['open', 'subscribe']);
});

test('it loads the service where the page has not', () => {
  const page = { inject: (url, onSuccess) => onSuccess() };
  const log = run(text, page, INJECT);
  assert.deepEqual(log.slice(-2), [['inject', URL_OF_LOADER, URL_OF_LOADER], ['success']]);
});

test('a service under a path of the site is loaded, too', () => {
  const page = { inject: (url, onSuccess) => onSuccess() };
  const log = run(text, page, { ...INJECT, service: 'https://shop.example/consent' });
  assert.deepEqual(log.at(-2), ['inject', 'https://shop.example/consent/v1/sites/shop/loader.js', 'https://shop.example/consent/v1/sites/shop/loader.js']);
});

test('it does not load twice', () => {
  const page = { inject: assert.fail };
  arrive(page, UNDECIDED);
  assert.deepEqual(run(text, page, INJECT).at(-1), ['success']);
});

test('a loader that cannot be had leaves all denied', () => {
  const page = { inject: (url, onSuccess, onFailure) => onFailure() };
  const log = run(text, page, INJECT);
  assert.deepEqual([did(log, 'update'), log.at(-1)], [[], ['failure']]);
});

test('an address the template has no right to is said, not tried', () => {
  const log = run(text, { inject: assert.fail }, { ...INJECT, service: 'https://shop.example/elsewhere' });
  assert.match(log.at(-2)[1], /may not load https:\/\/shop\.example\/elsewhere/);
  assert.deepEqual(log.at(-1), ['failure']);
});

test('without the event nothing but Consent Mode is touched', () => {
  const page = {};
  const log = run(text, page, { ...DATA, event: false });
  arrive(page, decision('10:00', { targeting: true }));
  assert.equal(did(log, 'update').length, 1);
  assert.equal(page.dataLayer, undefined);
});
