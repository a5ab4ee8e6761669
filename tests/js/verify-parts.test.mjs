import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { coded, decoded, hex, written } from '../../static/js/visitor/verify/bytes.js';
import { commitment, sha256 } from '../../static/js/visitor/verify/crypto.js';
import { dump, parse } from '../../static/js/visitor/verify/json.js';
import * as notes from '../../static/js/visitor/verify/note.js';
import { parse as parseProof } from '../../static/js/visitor/verify/proof.js';
import { leafHash, rootOf } from '../../static/js/visitor/verify/tree.js';

const vectors = JSON.parse(readFileSync(new URL('../data/tlog-public.json', import.meta.url), 'utf8'));
const [NOTE] = Object.values(vectors.signed_note.checkpoints);
const bytes = (text) => Uint8Array.from(Buffer.from(text, 'hex'));
const code = (wanted) => (fault) => fault.code === wanted;

test('hashes leaves as the published vectors do', async () => {
  for (const [index, hash] of Object.entries(vectors.leaf_hashes)) {
    assert.equal(hex(await leafHash(`leaf-${index}`)), hash);
  }
});

test('every published path leads to its root, and no other path does', async () => {
  for (const { size, index, proof } of vectors.inclusion) {
    const path = proof.map(bytes);
    const leaf = await leafHash(`leaf-${index}`);
    assert.equal(hex(await rootOf(leaf, index, size, path)), vectors.roots[size]);
    for (let at = 0; at < path.length; at++) {
      const changed = path.map((each) => each.slice());
      changed[at][at] ^= 1;
      assert.notEqual(hex(await rootOf(leaf, index, size, changed)), vectors.roots[size]);
    }
    await assert.rejects(rootOf(leaf, size, size, path), code('place_beyond'));
    await assert.rejects(rootOf(leaf, index, size, [...path, path[0] ?? leaf]), code('proof_long'));
    if (path.length) await assert.rejects(rootOf(leaf, index, size, path.slice(1)), code('proof_short'));
  }
});

test('a place beyond 32 bits is walked without being cut', async () => {
  const path = Array.from({ length: 40 }, (_, at) => bytes(at.toString(16).padStart(64, '0')));
  const far = hex(await rootOf(path[1], 2 ** 32, 2 ** 40, path));
  assert.notEqual(far, hex(await rootOf(path[1], 0, 2 ** 40, path)));
});

test('opens the published checkpoints with the published key alone', async () => {
  const { vkey, origin, checkpoints } = vectors.signed_note;
  const key = await notes.key(vkey);
  for (const [size, note] of Object.entries(checkpoints)) {
    const parsed = notes.parse(note);
    assert.deepEqual(await notes.opened(parsed, [key]), { name: origin, id: vkey.split('+')[1], vkey, others: 0 });
    assert.equal((await notes.opened(parsed, [{ ...key, name: null }])).name, origin);
    const found = notes.checkpoint(parsed);
    assert.deepEqual([found.origin, found.size, hex(found.root)], [origin, Number(size), vectors.roots[size]]);
    await assert.rejects(notes.opened(parsed, [{ ...key, name: 'elsewhere.example/log' }]), code('signature_unknown'));
    const longer = notes.parse(note.replace(`\n${size}\n`, `\n${size}0\n`));
    await assert.rejects(notes.opened(longer, [key]), code('signature_wrong'));
  }
});

test('passes over signatures of unknown keys, counts them, and rejects a wrong one of a known key', async () => {
  const { vkey } = vectors.signed_note;
  const key = await notes.key(vkey);
  const note = NOTE;
  const strange = `\u2014 witness.example ${coded(new Uint8Array(72))}\n`;
  assert.equal((await notes.opened(notes.parse(note + strange), [key])).others, 1);
  const line = note.slice(note.lastIndexOf('\n\n') + 2).trim();
  const signature = decoded(line.split(' ')[2]);
  signature[20] ^= 1;
  const other = `${line.replace(/\S+$/, coded(signature))}\n`;
  await assert.rejects(notes.opened(notes.parse(note + other), [key]), code('signature_wrong'));
});

for (const [name, note] of [
  ['without an empty line', 'a\n1\nb\n'],
  ['without a last line break', NOTE.slice(0, -1)],
  ['with a control character', NOTE.replace('\n', '\t\n')],
]) {
  test(`a note ${name} is none`, () => assert.throws(() => notes.parse(note), code('note')));
}

test('a mistyped key is refused', async () => {
  const { vkey } = vectors.signed_note;
  for (let at = 0; at < vkey.length; at++) {
    const typed = vkey.slice(0, at) + (vkey[at] === 'x' ? 'y' : 'x') + vkey.slice(at + 1);
    await assert.rejects(notes.key(typed), code('vkey'), typed);
  }
});

test('reads the published proof, and says on which line one was changed', () => {
  const { proof, index } = vectors.receipts[0];
  const found = parseProof(proof);
  assert.deepEqual([found.index, found.hashes.length, found.indexLine, found.noteLine], [index, 3, 3, 8]);
  const lines = proof.split('\n');
  for (const line of [2, 3, 4, 5, 6]) {
    const changed = lines.with ? lines.with(line - 1, `${lines[line - 1]}!`) : [...lines];
    if (!lines.with) changed[line - 1] += '!';
    assert.throws(() => parseProof(changed.join('\n')), (fault) => fault.code === 'proof_line' && fault.values.line === line);
  }
  assert.throws(() => parseProof(`x${proof}`), code('proof_header'));
});

test('commits as the published vector does', async () => {
  const { salt_b64: salt, kind, payload, c_b64: sealed } = vectors.commitment;
  assert.equal(coded(await commitment(decoded(salt), kind, payload)), sealed);
});

test('base64 has one spelling', () => {
  assert.deepEqual([...decoded('AAE=')], [0, 1]);
  for (const other of ['AAF=', 'AAE', ' AAE=', 'AA E=', 'AAE==', 'AA-_']) assert.equal(decoded(other), null, other);
});

for (const [text, wanted] of [
  ['{"a":1,"a":1}', 'twice'],
  ['{"a":{"b":1,"\\u0062":2}}', 'twice'],
  ['{"__proto__":1,"__proto__":2}', 'twice'],
  ...['', '{', '{"a"}', '[1,]', '{"a":1,}', '1.0', '1e3', '01', '-0', '9007199254740993', 'NaN', "'a'", '"\\x"', '"\n"', '"\\ud800"', '[1] 2', 'tru', '\ufeff1', '['.repeat(40)].map(
    (each) => [each, 'json'],
  ),
]) {
  test(`refuses JSON that can be read in two ways: ${JSON.stringify(text)}`, () => assert.throws(() => parse(text), code(wanted)));
}

test('says where JSON was broken', () => {
  assert.throws(() => parse('{\n "a": 1,\n "a": 2}'), (fault) => fault.values.line === 3 && fault.values.column === 2);
});

test('writes JSON canonically, also what has odd names', async () => {
  const text = '{"__proto__":[true,false,null,-12],"a":{"b":"\u00e4\u2028\\"\\\\\\n\\u0001"},"z":""}';
  assert.equal(dump(parse(text)), text);
  assert.equal(dump(parse(' { "z" : "" , "a" : 1 } ')), '{"a":1,"z":""}');
  assert.equal(hex(await sha256(written(''))), vectors.empty_root);
});
