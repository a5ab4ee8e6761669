import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { decode, encode } from '../../static/js/snippet/loader/cookie.js';

const vectors = JSON.parse(readFileSync(new URL('../data/cookie-vectors.json', import.meta.url), 'utf8'));
const plain = (value) => JSON.parse(JSON.stringify(value));

for (const { name, value, expected } of vectors.valid) {
  test(`reads a cookie: ${name}`, () => {
    assert.deepEqual(plain(decode(value)), expected);
    assert.equal(encode(decode(value)), value);
  });
}

for (const { name, value } of [...vectors.hostile, ...vectors.stricter]) {
  test(`makes nothing of a hostile cookie: ${name}`, () => assert.equal(decode(value), null));
}

test('never throws and never touches Object.prototype, whatever it is given', () => {
  for (const odd of [undefined, null, 1, {}, [], Symbol.iterator]) assert.equal(decode(odd), null);
  assert.deepEqual(Object.keys(Object.prototype), []);
});

test('random bytes behind the version tag are nothing', () => {
  for (let seed = 1; seed < 3000; seed++) {
    const bytes = Array.from({ length: seed % 90 }, (_, at) => (seed * 7919 + at * 104729) % 251);
    assert.equal(decode('v1.' + Buffer.from(bytes).toString('base64url')), null);
  }
});

test('an inherited name is no category', () => {
  const { c } = decode(vectors.valid[0].value);
  assert.equal('toString' in c, false);
});
