/** Signed notes (C2SP signed-note) with Ed25519, and the checkpoints written in them. */
import { coded, decoded, hex } from './bytes.js';
import { keyId, signed } from './crypto.js';
import { Fault, Unable } from './fault.js';

/** @import { Checkpoint, Key, Note, Signature, Signer } from './types' */

const MOST_SIGNATURES = 100;
const SIGNATURE = /^\u2014 ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/;
const SIZE = /^(0|[1-9][0-9]{0,15})$/;
const CONTROL = /[\u0000-\u0009\u000b-\u001f\u007f]/;
const ED25519 = 1;
// The service signs what a receipt says in words under the log's name and this.
export const OF_RECEIPTS = '/receipt';

/**
 * @param {string} note
 * @param {number} [firstLine] the line of a file on which the note begins
 * @returns {Note} nothing in it is believed yet
 */
export function parse(note, firstLine = 1) {
  const divided = note.lastIndexOf('\n\n');
  if (divided < 0 || !note.endsWith('\n') || CONTROL.test(note)) throw new Fault('note');
  const lines = note.slice(divided + 2, -1).split('\n');
  if (lines.length > MOST_SIGNATURES) throw new Fault('note');
  const text = note.slice(0, divided + 1);
  const begin = firstLine + text.split('\n').length;
  return { text, signatures: lines.map((line, nth) => _signature(line, begin + nth)) };
}

/**
 * @param {Note} note
 * @param {number} [firstLine]
 * @returns {Checkpoint}
 */
export function checkpoint(note, firstLine = 1) {
  const [origin, digits, hash, ...rest] = note.text.split('\n');
  const root = decoded(hash ?? '');
  const size = SIZE.test(digits ?? '') ? Number(digits) : NaN;
  if (!origin) throw new Fault('proof_line', { line: firstLine });
  if (!Number.isSafeInteger(size)) throw new Fault('proof_line', { line: firstLine + 1 });
  if (root?.length !== 32 || !rest.length) throw new Fault('proof_line', { line: firstLine + 2 });
  return { origin, size, root };
}

/**
 * @param {string} vkey
 * @returns {Promise<Key>} a mistyped one is refused
 */
export async function key(vkey) {
  const [name, id, ...rest] = vkey.split('+');
  // Base64 has plus signs of its own.
  const data = decoded(rest.join('+'));
  if (!name || /\s/.test(name) || data?.length !== 33 || data[0] !== ED25519) throw new Fault('vkey', { vkey });
  const publicKey = data.slice(1);
  if (hex(await keyId(name, publicKey)) !== id) throw new Fault('vkey', { vkey });
  return { public: publicKey, name };
}

/**
 * Finds who signed a note. Signatures of unknown keys are passed over, also those that share a name
 * or an id with a known one; a known key that signed wrongly spoils the whole note.
 * @param {Note} note
 * @param {Key[]} keys
 * @returns {Promise<Signer>}
 */
export async function opened(note, keys) {
  /** @type {Omit<Signer, 'others'> | null} */
  let first = null;
  let others = 0;
  for (const each of note.signatures) {
    const known = await _known(each, keys);
    if (!known) {
      others += 1;
      continue;
    }
    const good = await signed(known.public, each.signature, note.text);
    if (good === null) throw new Unable('no_ed25519');
    if (!good) throw new Fault('signature_wrong', { name: each.name, line: each.line });
    first ??= { name: each.name, id: each.id, vkey: `${each.name}+${each.id}+${_handed(known)}` };
  }
  if (first) return { ...first, others };
  const [{ name, id }] = note.signatures;
  throw new Fault('signature_unknown', { name, id });
}

/** @param {Key} key */
const _handed = (key) => coded(Uint8Array.of(ED25519, ...key.public));

/**
 * @param {Signature} signature
 * @param {Key[]} keys
 * @returns {Promise<Key | null>} the key that a signature names
 */
async function _known({ name, id }, keys) {
  for (const each of keys) {
    const is = each.name === null || name === each.name || name === each.name + OF_RECEIPTS;
    if (is && hex(await keyId(name, each.public)) === id) return each;
  }
  return null;
}

/**
 * @param {string} text
 * @param {number} line
 * @returns {Signature}
 */
function _signature(text, line) {
  const [, name, written] = SIGNATURE.exec(text) ?? [];
  const data = decoded(written ?? '');
  if (!name || !data || data.length < 5) throw new Fault('proof_line', { line });
  return { name, id: hex(data.slice(0, 4)), signature: data.slice(4), line };
}
