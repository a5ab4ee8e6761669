import assert from 'node:assert/strict';
import test from 'node:test';
import { createDraft } from '../../static/js/snippet/shared/draft.js';
import { snapshot } from '../../static/js/snippet/loader/grants.js';
import { lend } from '../../static/js/snippet/shared/lent.js';
import { deviating } from '../../static/js/snippet/page/wishes.js';
import { folded, matcher } from '../../static/js/snippet/center/search.js';

const categories = [{ key: 'necessary', locked: true }, { key: 'functional' }, { key: 'targeting' }, { key: 'performance' }];
const vendors = [
  { key: 'acme', categories: ['targeting'], bases: ['consent', 'legitimate_interest'] },
  { key: 'both', categories: ['targeting', 'performance'], bases: ['consent'] },
  { key: 'interest', categories: ['performance'], bases: ['legitimate_interest'] },
  { key: 'pay', categories: ['necessary'], bases: ['consent'] },
];
const config = { categories, vendors };
const rule = { match: ['*'], model: 'opt_in' };
const core = (stored = null) => ({ config, state: snapshot({ config, stored, rule, region: null, gpc: false }) });
const decided = (c, v) => core({ n: 1, c, t: 1, e: 2, a: 'save', o: 'center', m: 'opt_in', v });
const chosen = (draft) => JSON.parse(JSON.stringify(draft.choice()));

test('before a choice all that asks is off, and an interest is on until somebody objects', () => {
  const draft = createDraft(core());
  assert.deepEqual(chosen(draft), {
    action: 'save', layer: 'center', categories: { necessary: true, functional: false, targeting: false, performance: false }, v: {},
  });
  assert.equal(draft.holds('performance', 'interest', 'legitimate_interest'), true);
  assert.equal(draft.holds('targeting', 'acme', 'consent'), false);
});

test('a category sets its companies, and not those that rest on an interest', () => {
  const draft = createDraft(core());
  draft.turn('targeting', true);
  assert.deepEqual(draft.share('targeting'), [2, 2]);
  assert.deepEqual(draft.share('performance'), [0, 1]);
  assert.equal(draft.holds('targeting', 'both', 'consent'), true);
  assert.equal(draft.holds('performance', 'both', 'consent'), false);
  assert.deepEqual(chosen(draft).v, {});
});

test('the first company brings its category, one less makes it mixed, the last takes it along', () => {
  const draft = createDraft(core());
  draft.allow(true, 'targeting', 'acme', 'consent');
  assert.deepEqual([draft.holds('targeting'), draft.share('targeting')], [true, [1, 2]]);
  assert.deepEqual(chosen(draft).v, { both: { c: [], l: [] } });
  draft.allow(true, 'targeting', 'both', 'consent');
  assert.deepEqual(chosen(draft).v, {});
  draft.allow(false, 'targeting', 'acme', 'consent');
  assert.deepEqual(chosen(draft).v, { acme: { c: [], l: ['targeting'] } });
  draft.allow(false, 'targeting', 'both', 'consent');
  assert.equal(draft.holds('targeting'), false);
});

test('a company in two categories is granted in one without the other', () => {
  const draft = createDraft(decided({ functional: 0, targeting: 1, performance: 1 }));
  draft.allow(false, 'targeting', 'both', 'consent');
  assert.deepEqual(chosen(draft).v, { both: { c: ['performance'], l: [] } });
});

test('an objection is the company\'s alone', () => {
  const draft = createDraft(core());
  draft.allow(false, 'performance', 'interest', 'legitimate_interest');
  assert.equal(draft.holds('performance'), false);
  assert.deepEqual(chosen(draft).v, { interest: { c: [], l: [] } });
});

test('the draft begins with what is in force', () => {
  const v = { acme: { c: [], l: [] } };
  const draft = createDraft(decided({ functional: 0, targeting: 1, performance: 0 }, v));
  assert.deepEqual(draft.share('targeting'), [1, 2]);
  assert.deepEqual(chosen(draft).v, v);
});

test('what a program wishes: named companies change, the others stay, no category follows them', () => {
  globalThis.Document = class {
    get currentScript() {
      return this.script;
    }
  };
  globalThis.document = Object.assign(new Document(), { script: {} });
  lend('', () => ({}));
  const v = { acme: { c: [], l: ['targeting'] } };
  document.script.consent({ ...decided({ functional: 0, targeting: 1, performance: 0 }, v), dress() {} });
  const wish = (choice, named) => JSON.parse(JSON.stringify(deviating({ action: 'save', layer: 'api', ...choice }, named).v));
  assert.deepEqual(wish({}, { both: { consent: [] } }), { ...v, both: { c: [], l: [] } });
  assert.deepEqual(wish({}, { acme: { consent: ['targeting'] } }), {});
  assert.deepEqual(wish({ categories: { targeting: true } }, {}), v);
  assert.deepEqual(wish({}, { both: { consent: ['performance'] } }), { ...v, both: { c: [], l: [] } });
  assert.deepEqual(wish({}, { both: { consent: 'all' }, nobody: { consent: [] } }), v);
});

test('search minds neither case nor accents nor the order of words, and wants every word', () => {
  const text = folded('_ga Google Analytics Z\u00e4hlt Besuche .example.com Performance');
  for (const query of ['', '  ', 'google', 'GOOGLE', 'zahlt', 'z\u00c4hlt besuche', 'besuche _ga', 'analytics .example']) assert.equal(matcher(query)(text), true, query);
  for (const query of ['meta', 'google meta', 'googl\u00fc ads']) assert.equal(matcher(query)(text), false, query);
});
