/** C2SP tlog-proof: a leaf's place in a log and the signed checkpoint, as a text of lines. */
import { decoded } from './bytes.js';
import { Fault } from './fault.js';

/** @import { Bytes, Proof } from './types' */

export const HEADER = 'c2sp.org/tlog-proof@v1';
const INDEX = /^index (0|[1-9][0-9]{0,15})$/;
const HASH_BYTES = 32;
const MOST_HASHES = 63;

/**
 * @param {string} text
 * @returns {Proof}
 */
export function parse(text) {
  const divided = text.indexOf('\n\n');
  const lines = text.slice(0, Math.max(divided, 0)).split('\n');
  if (lines[0] !== HEADER) throw new Fault('proof_header', { header: HEADER });
  const extra = lines[1]?.startsWith('extra ') ? _decoded(lines[1].slice(6), 2) : null;
  const indexLine = extra ? 3 : 2;
  const index = Number(INDEX.exec(lines[indexLine - 1] ?? '')?.[1] ?? NaN);
  if (!Number.isSafeInteger(index)) throw new Fault('proof_line', { line: indexLine });
  const hashes = lines.slice(indexLine).map((line, nth) => _hash(line, indexLine + nth + 1));
  if (hashes.length > MOST_HASHES) throw new Fault('proof_long');
  return { index, hashes, extra, note: text.slice(divided + 2), indexLine, noteLine: lines.length + 2 };
}

/**
 * @param {string} text
 * @param {number} line
 * @returns {Bytes}
 */
function _decoded(text, line) {
  const found = decoded(text);
  if (!found) throw new Fault('proof_line', { line });
  return found;
}

/**
 * @param {string} text
 * @param {number} line
 * @returns {Bytes}
 */
function _hash(text, line) {
  const found = _decoded(text, line);
  if (found.length !== HASH_BYTES) throw new Fault('proof_line', { line });
  return found;
}
