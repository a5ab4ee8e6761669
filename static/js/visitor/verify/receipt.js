/** Reads a receipt file of either kind: receipt.json, or a `.tlog-proof` that carries its leaf. */
import { decoded, read as readBytes } from './bytes.js';
import { Fault } from './fault.js';
import { dump, parse as parseJson } from './json.js';
import { HEADER, parse as parseProof } from './proof.js';

/** @import { Bytes, Json, JsonObject, Leaf, Receipt } from './types' */

export const MOST_CHARACTERS = 4_000_000;
const EVIDENCE = 'consent:evidence';
const SEAL = 'consent:words';
const SALT_BYTES = 64;
const LEAF = /^\{"c":"([A-Za-z0-9+/]{43}=)","k":"([a-z]+)","v":1\}$/;

/**
 * @param {string} text
 * @returns {Receipt}
 */
export function read(text) {
  if (text.length > MOST_CHARACTERS) throw new Fault('large');
  if (text.startsWith(HEADER)) return _proof(text);
  if (/^[ \t\r\n]*\{/.test(text)) return _document(text);
  throw new Fault('unknown', { header: HEADER });
}

/**
 * @param {string} leaf
 * @returns {Leaf} what it commits to; only the one spelling of a committed leaf is read
 */
export function leafOf(leaf) {
  const [, coded, kind] = LEAF.exec(leaf) ?? [];
  const commitment = decoded(coded ?? '');
  if (!commitment || kind !== 'consent') throw new Fault('leaf_form');
  return { commitment, kind };
}

/**
 * @param {string} text
 * @returns {Receipt}
 */
function _proof(text) {
  const { extra } = parseProof(text);
  const inside = extra && readBytes(extra);
  if (inside === null) throw new Fault('extra');
  const carried = _object(parseJson(inside), 'extra');
  _only(carried, ['leaf', 'payload', 'salt'], 'extra');
  const leaf = typeof carried.leaf === 'string' ? decoded(carried.leaf) : null;
  const leafText = leaf && readBytes(leaf);
  // Canonical JSON has one spelling; any other is not what the service wrote.
  if (leafText === null || dump(carried) !== inside) throw new Fault('extra');
  return {
    kind: 'proof',
    leaf: leafText,
    leafHash: null,
    ..._opening(carried),
    proof: text,
    words: null,
    seal: null,
    spelled: true,
  };
}

/**
 * @param {string} text
 * @returns {Receipt}
 */
function _document(text) {
  const document = _object(parseJson(text), 'document');
  const evidence = _object(document[EVIDENCE] ?? null, 'document');
  const seal = document[SEAL] ?? null;
  const { leaf, leaf_hash: leafHash, proof = null } = evidence;
  if (typeof leaf !== 'string' || typeof leafHash !== 'string') throw new Fault('document');
  if ((proof !== null && typeof proof !== 'string') || (seal !== null && typeof seal !== 'string')) {
    throw new Fault('document');
  }
  _only(evidence, ['leaf', 'leaf_hash', 'payload', 'proof', 'salt'], 'document');
  const words = Object.fromEntries(Object.entries(document).filter(([key]) => key !== EVIDENCE && key !== SEAL));
  return {
    kind: 'json',
    leaf,
    leafHash,
    ..._opening(evidence),
    proof,
    words,
    seal,
    spelled: dump(document) === text,
  };
}

/**
 * @param {JsonObject} found
 * @returns {{payload: string | null, salt: Bytes | null}} what opens the leaf: both or neither
 */
function _opening({ payload = null, salt = null }) {
  if (payload === null && salt === null) return { payload: null, salt: null };
  const bytes = typeof salt === 'string' ? decoded(salt) : null;
  if (bytes?.length !== SALT_BYTES) throw new Fault('salt');
  if (typeof payload !== 'string') throw new Fault('document');
  return { payload, salt: bytes };
}

/**
 * @param {Json} value
 * @param {string} code
 * @returns {JsonObject}
 */
function _object(value, code) {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Fault(code);
  return value;
}

/**
 * @param {JsonObject} found
 * @param {string[]} names
 * @param {string} code
 */
function _only(found, names, code) {
  if (Object.keys(found).some((key) => !names.includes(key))) throw new Fault(code);
}
