import assert from 'node:assert/strict';
import { createHash, createPrivateKey, sign } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { check } from '../../static/js/visitor/verify/check.js';
import * as notes from '../../static/js/visitor/verify/note.js';

const read = (name) => JSON.parse(readFileSync(new URL(`../data/${name}.json`, import.meta.url), 'utf8'));
const sample = read('receipt-sample');
const stranger = read('tlog-public').signed_note.vkey.replace(/.*\+/, '');
const given = await notes.key(sample.vkey);
const keys = [{ public: given.public, name: null }];
const FILES = { json: sample.json, 'tlog-proof': sample.tlog_proof };

const failing = (report) =>
  report.steps.filter(({ state }) => state !== 'holds').flatMap(({ name, faults }) => faults.map(({ code }) => `${name}: ${code}`));
const change = (text, from, to) => {
  assert.ok(text.includes(from), from);
  return text.replace(from, to);
};
const inside = (edit) => {
  const document = JSON.parse(sample.json);
  edit(document, document['consent:evidence']);
  return JSON.stringify(document);
};

for (const [kind, text] of Object.entries(FILES)) {
  test(`a receipt as the service hands it out holds: ${kind}`, async () => {
    for (const known of [keys, [given]]) {
      const report = await check(text, known);
      assert.deepEqual(failing(report), []);
      assert.equal(report.verdict, 'holds');
      assert.equal(report.receipt.spelled, true);
      assert.deepEqual([report.index, report.checkpoint.size, report.signer.vkey], [5, 10, sample.vkey]);
    }
  });

  test(`with another key nothing is believed: ${kind}`, async () => {
    const other = Uint8Array.from(given.public, (byte, at) => (at === 3 ? byte ^ 1 : byte));
    const report = await check(text, [{ public: other, name: null }]);
    assert.equal(report.verdict, 'fails');
    assert.ok(failing(report).includes('signature: signature_unknown'));
  });
}

const PLACES = [
  ['a choice in words', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasProcess'][0]['dpv:hasConsentStatus']['@id'] = 'dpv:ConsentRefused'), ['words: words', 'agreement: part_choice']],
  ['a company’s grant', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasProcess'][0]['dpv:hasRecipient'][0]['consent:granted'].consent = false), ['words: words', 'agreement: part_company']],
  ['a company left out', (d) => d['dpv:hasRecordOfActivity']['dpv:hasProcess'][0]['dpv:hasRecipient'].pop(), ['words: words', 'agreement: part_company']],
  ['a category left out', (d) => d['dpv:hasRecordOfActivity']['dpv:hasProcess'].pop(), null],
  ['the person', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasDataSubject'] += 'x'), ['words: words', 'agreement: part_subject']],
  ['the record', (d) => (d['dct:identifier'] = d['dct:identifier'].replace(/.$/, 'x')), ['words: words', 'agreement: part_record']],
  ['the notice', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasNotice']['@id'] += '='), ['words: words', 'agreement: part_notice']],
  ['the time', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasConsentStatus'][0]['dpv:isIndicatedAtTime'] = '2020-01-01T00:00:00.000Z'), ['words: words', 'agreement: part_time']],
  ['the end', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasConsentStatus'][0]['dct:valid'] = '2020-01-01T00:00:00.000Z'), ['words: words', 'agreement: part_expiry']],
  ['an explanation alone', (d) => (d['dpv:hasRecordOfActivity']['dpv:hasProcess'][0]['dct:title'] = 'Anything'), ['words: words']],
  ['a part more', (d) => (d.more = 1), ['words: words']],
  ['the seal', (d) => (d['consent:words'] = d['consent:words'].replace('/receipt\n', '/receipt\nx')), ['words: words_seal']],
  ['the seal taken away', (d) => delete d['consent:words'], ['words: words_missing']],
  ['the payload', (d, e) => (e.payload = e.payload.replace('"targeting":false', '"targeting":true')), ['opening: opening']],
  ['the salt', (d, e) => (e.salt = `${e.salt[0] === 'A' ? 'B' : 'A'}${e.salt.slice(1)}`), ['opening: opening']],
  ['a salt too short', (d, e) => (e.salt = e.salt.slice(4)), ['file: salt']],
  ['the leaf', (d, e) => (e.leaf = e.leaf.replace(/"c":"./, (found) => (found.endsWith('A') ? '"c":"B' : '"c":"A'))), ['leaf: leaf_hash', 'opening: opening', 'place: place_leaf']],
  ['the leaf’s kind', (d, e) => (e.leaf = e.leaf.replace('consent', 'config')), ['leaf: leaf_form', 'opening: leaf_form', 'place: place_leaf']],
  ['the leaf’s hash', (d, e) => (e.leaf_hash = `A${e.leaf_hash.slice(1)}`), null],
  ['a hash of the proof', (d, e) => (e.proof = e.proof.replace(/(index 5\n)./, '$1A')), ['place: place_path']],
  ['the place in the log', (d, e) => (e.proof = e.proof.replace('index 5', 'index 4')), ['place: place_path']],
  ['a place beyond the log', (d, e) => (e.proof = e.proof.replace('index 5', 'index 50')), ['place: place_beyond']],
  ['the size of the log', (d, e) => (e.proof = e.proof.replace('\n10\n', '\n11\n')), null],
  ['the signature', (d, e) => (e.proof = e.proof.replace(/(.)(.{8})=\n$/, (_, one, rest) => `${one === 'A' ? 'B' : 'A'}${rest}=\n`)), ['signature: signature_wrong']],
  ['the name of the log', (d, e) => (e.proof = e.proof.replaceAll('log/demo', 'log/other')), null],
  ['another name in the log than signs it', (d, e) => (e.proof = e.proof.replace('log/demo', 'log/other')), null],
  ['a name in the evidence', (d, e) => (e.more = null), ['file: document']],
  ['an evidence without a leaf', (d, e) => delete e.leaf, ['file: document']],
];

for (const [name, edit, wanted] of PLACES) {
  test(`says where it was changed: ${name}`, async () => {
    const report = await check(inside(edit), keys);
    assert.equal(report.verdict, 'fails');
    if (wanted) assert.deepEqual(failing(report), wanted);
  });
}

test('a receipt from before the proof is not said to hold', async () => {
  const report = await check(inside((d, e) => (e.proof = null)), keys);
  assert.deepEqual([report.verdict, failing(report)], ['open', ['signature: no_proof', 'place: no_proof']]);
});

test('a proof of a leaf alone says nothing of a decision', async () => {
  const extra = JSON.parse(Buffer.from(/extra (.*)/.exec(sample.tlog_proof)[1], 'base64'));
  const bare = Buffer.from(JSON.stringify({ leaf: extra.leaf })).toString('base64');
  const report = await check(sample.tlog_proof.replace(/extra .*/, `extra ${bare}`), keys);
  assert.deepEqual([report.verdict, failing(report)], ['open', ['opening: no_opening']]);
});

const { seed_hex: seed } = read('tlog-public').signed_note;
const PREFIX = '302e020100300506032b657004220420'; // PKCS #8 around a seed of Ed25519
const secret = createPrivateKey({ key: Buffer.from(PREFIX + seed, 'hex'), format: 'der', type: 'pkcs8' });
const sha256 = (...parts) => createHash('sha256').update(Buffer.concat(parts.map((part) => Buffer.from(part)))).digest();

/** A note that our own key signed, whatever it says. */
function note(name, text) {
  const id = sha256(name, [10, 1], given.public).subarray(0, 4);
  return `${text}\n\u2014 ${name} ${Buffer.concat([id, sign(null, Buffer.from(text), secret)]).toString('base64')}\n`;
}

/** The sample as the only entry of another log of the same service. */
function alone(origin) {
  const extra = /extra .*/.exec(sample.tlog_proof)[0];
  const { leaf } = JSON.parse(Buffer.from(extra.slice(6), 'base64'));
  const root = sha256([0], Buffer.from(leaf, 'base64')).toString('base64');
  return `c2sp.org/tlog-proof@v1\n${extra}\nindex 0\n\n${note(origin, `${origin}\n1\n${root}\n`)}`;
}

test('the decision of another site than the log’s does not hold, whoever signed', async () => {
  for (const origin of ['consent.example/log/demo', 'consent.example/under/log/demo', 'consent.example/log/demo/e2']) {
    assert.equal((await check(alone(origin), keys)).verdict, 'holds', origin);
  }
  for (const origin of ['consent.example/log/other', 'consent.example/log/demo/other', 'consent.example/demo']) {
    assert.deepEqual(failing(await check(alone(origin), keys)), ['opening: part_site'], origin);
  }
});

test('signatures of keys unknown here are passed over and counted', async () => {
  const more = `\u2014 witness.example ${Buffer.alloc(72).toString('base64')}\n`;
  const report = await check(inside((d, e) => { d['consent:words'] += more; e.proof += more; }), keys);
  assert.deepEqual([report.verdict, report.others], ['holds', 2]);
});

test('a log signed under a name that is not its own does not hold', async () => {
  const [head] = alone('consent.example/log/demo').split('\u2014');
  const text = head.split('\n\n')[1];
  const signed = `${head.slice(0, head.indexOf('\n\n') + 2)}${note('consent.example/log/elsewhere', `${text}\n`)}`;
  assert.deepEqual(failing(await check(signed, keys)), ['signature: origin']);
});

test('words sealed for another log, or about other words, are none of this receipt', async () => {
  const digest = sample.json.match(/receipt\\n([^\\]+)\\n/)[1];
  for (const [name, text] of [
    ['consent.example/log/other/receipt', digest],
    ['consent.example/log/demo/receipt', sha256('').toString('base64')],
    ['consent.example/log/demo', digest],
  ]) {
    const report = await check(inside((d) => (d['consent:words'] = note(name, `${name}\n${text}\n`))), keys);
    assert.equal(report.verdict, 'fails');
    assert.ok(failing(report).every((each) => each.startsWith('words: ')), name);
  }
});

test('a browser without Ed25519 never says that it holds', async (context) => {
  const real = crypto.subtle.importKey.bind(crypto.subtle);
  context.mock.method(crypto.subtle, 'importKey', (form, key, algorithm, ...rest) => {
    if (algorithm.name !== 'Ed25519') return real(form, key, algorithm, ...rest);
    return Promise.reject(new DOMException('Unrecognized name', 'NotSupportedError'));
  });
  for (const text of Object.values(FILES)) {
    const report = await check(text, keys);
    assert.equal(report.verdict, 'open');
    assert.ok(failing(report).includes('signature: no_ed25519'));
  }
});

for (const [name, respelled] of [
  ['a space', change(sample.json, '":', '": ')],
  ['a line break at the end', `${sample.json}\n`],
  ['another program’s spaces', JSON.stringify(JSON.parse(sample.json), null, 2)],
  ['a letter as an escape', change(sample.json, '"dpv:', '"\\u0064pv:')],
]) {
  test(`other spelling alone holds and is told: ${name}`, async () => {
    const report = await check(respelled, keys);
    assert.deepEqual([report.verdict, report.receipt.spelled], ['holds', false]);
  });
}

test('what is no receipt is said to be none', async () => {
  for (const text of ['', ' ', '<html>', 'hello', '[]', '{}', 'null', sample.vkey, stranger]) {
    assert.equal((await check(text, keys)).verdict, 'fails', text);
  }
});

/** Numbers that look random and are the same each time (mulberry32). */
function* numbers(seed) {
  for (let state = seed; ; ) {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    yield (mixed ^ (mixed >>> 14)) >>> 0;
  }
}

const ALPHABET = 'aAbZ019+/=-_"\\{}[]:,. \n\t\u00e4\u2014~tfn';

for (const [kind, text] of Object.entries(FILES)) {
  test(`no single character can be changed, added or taken away: ${kind}`, async () => {
    const random = numbers(20261125);
    const next = (below) => random.next().value % below;
    let told = 0;
    for (let round = 0; round < 900; round++) {
      const at = next(text.length);
      const char = ALPHABET[next(ALPHABET.length)];
      const changed = [text.slice(0, at) + char + text.slice(at + 1), text.slice(0, at) + char + text.slice(at), text.slice(0, at) + text.slice(at + 1)][round % 3];
      if (changed === text) continue;
      const report = await check(changed, keys);
      if (report.verdict === 'fails') continue;
      // Only spaces between the parts of JSON may differ, and that is told.
      assert.equal(report.receipt.spelled, false, `${round}: ${JSON.stringify(char)} at ${at}`);
      assert.equal(JSON.stringify(JSON.parse(changed)), JSON.stringify(JSON.parse(text)));
      assert.equal(report.verdict, 'holds');
      told += 1;
    }
    assert.ok(kind === 'json' ? told < 90 : told === 0, String(told));
  });
}
