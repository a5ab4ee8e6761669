/** The tree of RFC 6962, section 2.1, and the check of inclusion of RFC 9162, section 2.1.3.2. */
import { joined, written } from './bytes.js';
import { sha256 } from './crypto.js';
import { Fault } from './fault.js';

/** @import { Bytes } from './types' */

/**
 * @param {string} leaf
 * @returns {Promise<Bytes>}
 */
export const leafHash = (leaf) => sha256(joined(Uint8Array.of(0), written(leaf)));

/**
 * @param {Bytes} left
 * @param {Bytes} right
 * @returns {Promise<Bytes>}
 */
const nodeHash = (left, right) => sha256(joined(Uint8Array.of(1), left, right));

/** @param {number} number */
const half = (number) => Math.floor(number / 2); // `>> 1` would cut it to 32 bits

/**
 * @param {Bytes} hash
 * @param {number} index
 * @param {number} size
 * @param {Bytes[]} path
 * @returns {Promise<Bytes>} the root that a path leads to
 */
export async function rootOf(hash, index, size, path) {
  if (index >= size) throw new Fault('place_beyond', { place: index + 1, size });
  let here = index;
  let last = size - 1;
  let found = hash;
  for (const sibling of path) {
    if (last === 0) throw new Fault('proof_long');
    if (here % 2 || here === last) {
      found = await nodeHash(sibling, found);
      while (here % 2 === 0 && here) [here, last] = [half(here), half(last)];
    } else {
      found = await nodeHash(found, sibling);
    }
    [here, last] = [half(here), half(last)];
  }
  if (last) throw new Fault('proof_short');
  return found;
}
