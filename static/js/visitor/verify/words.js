/**
 * The seal of the words: names and explanations stand in no payload, so the service signs what a
 * receipt says, all but its evidence, in a note of two lines.
 */
import { coded, written } from './bytes.js';
import { sha256 } from './crypto.js';
import { Fault, Unable } from './fault.js';
import { dump } from './json.js';
import * as notes from './note.js';

/** @import { JsonObject, Key, Note, Signer } from './types' */

/**
 * @param {JsonObject} words
 * @param {string} seal
 * @param {string | null} log whose receipt it is, where that is known
 * @param {Key[]} keys
 * @returns {Promise<number>} how many keys signed besides that nobody here knows
 */
export async function sealed(words, seal, log, keys) {
  const [{ text }, { name, others }] = await _opened(seal, keys);
  if (log ? name !== log + notes.OF_RECEIPTS : !name.endsWith(notes.OF_RECEIPTS)) throw new Fault('origin', { name });
  if (text !== `${name}\n${coded(await sha256(written(dump(words))))}\n`) throw new Fault('words');
  return others;
}

/**
 * @param {string} seal
 * @param {Key[]} keys
 * @returns {Promise<[Note, Signer]>}
 */
async function _opened(seal, keys) {
  try {
    const note = notes.parse(seal);
    return [note, await notes.opened(note, keys)];
  } catch (error) {
    // Lines are counted in the proof; here there is but one short note.
    if (!(error instanceof Fault) || error instanceof Unable || error.code === 'signature_unknown') throw error;
    throw new Fault('words_seal');
  }
}
