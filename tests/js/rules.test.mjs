import assert from 'node:assert/strict';
import test from 'node:test';
import { STRICT, placed, ruleFor } from '../../static/js/snippet/loader/rules.js';
import { uuid7 } from '../../static/js/snippet/loader/uuid.js';

const eu = { match: ['DE', 'FR'], model: 'opt_in', gpc: 'apply' };
const california = { match: ['US-CA'], model: 'opt_out', gpc: 'apply' };
const america = { match: ['US'], model: 'notice_only', gpc: 'ignore' };
const rest = { match: ['*'], model: 'opt_in', gpc: 'apply' };

test('the first entry that matches wins, and a country matches its parts', () => {
  const rules = [eu, california, america, rest];
  assert.equal(ruleFor(rules, 'DE'), eu);
  assert.equal(ruleFor(rules, 'DE-BY'), eu);
  assert.equal(ruleFor(rules, 'US-CA'), california);
  assert.equal(ruleFor(rules, 'US-NY'), america);
  assert.equal(ruleFor(rules, 'US'), america);
  assert.equal(ruleFor(rules, 'BR'), rest);
  assert.equal(ruleFor(rules, null), rest);
  assert.equal(ruleFor([america, california], 'US-CA'), america);
});

test('a longer code is not taken for the country it begins like', () => {
  assert.equal(ruleFor([{ ...eu, match: ['D'] }, rest], 'DE'), rest);
});

test('without an entry for everywhere else the strictest rule holds there', () => {
  assert.equal(ruleFor([america], 'DE'), STRICT);
  assert.equal(ruleFor([], null), STRICT);
});

test('an id of version 7 holds the time and sorts by it', () => {
  const random = new Uint8Array(10).fill(255);
  const id = uuid7(0x0193d7e0abcd, random);
  assert.equal(id, '0193d7e0-abcd-7fff-bfff-ffffffffffff');
  assert.ok(uuid7(1, random) < uuid7(2, random));
  assert.match(uuid7(Date.now(), crypto.getRandomValues(new Uint8Array(10))), /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('what is no region is none', () => {
  globalThis.navigator ??= {};
  for (const odd of [undefined, null, '', 'de', 'Germany', 7, {}]) assert.equal(placed([eu, rest], odd).region, null);
  assert.deepEqual(placed([eu, rest], 'DE-BY'), { rule: eu, region: 'DE-BY', gpc: false });
});
