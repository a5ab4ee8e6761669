/**
 * Checks a receipt, step by step. Each step is looked at whether or not another failed, so that what
 * was changed can be told from what it was changed in.
 */
import { differences } from './agreement.js';
import { coded, same } from './bytes.js';
import { commitment, isAble } from './crypto.js';
import { Fault, Unable } from './fault.js';
import { dump, parse as parseJson } from './json.js';
import * as notes from './note.js';
import { parse as parseProof } from './proof.js';
import { leafOf, read } from './receipt.js';
import { leafHash, rootOf } from './tree.js';
import { sealed } from './words.js';

/** @import { Checkpoint, JsonObject, Key, Note, Proof, Receipt, Report, Signer, Step, StepName } from './types' */

// A log is named by its address: `.../log/SITE`, and where it had to begin anew `.../log/SITE/e2`.
const SITE = /\/log\/([^/]+)(?:\/e[0-9]+)?$/;

/**
 * @param {string} text a whole file
 * @param {Key[]} keys
 * @returns {Promise<Report>}
 */
export async function check(text, keys) {
  const review = new Review(keys);
  await review.step('file', () => review.open(text));
  if (review.receipt) await review.all(review.receipt);
  return review.report();
}

class Review {
  /** @param {Key[]} keys */
  constructor(keys) {
    this.keys = keys;
    /** @type {Step[]} */
    this.steps = [];
    /** @type {Receipt | null} */
    this.receipt = null;
    /** @type {Proof | null} */
    this.proof = null;
    /** @type {Note | null} */
    this.note = null;
    /** @type {Checkpoint | null} */
    this.checkpoint = null;
    /** @type {Signer | null} */
    this.signer = null;
    // Signatures of keys that nobody here knows.
    this.others = 0;
    /** @type {JsonObject | null} */
    this.payload = null;
  }

  /**
   * @param {StepName} name
   * @param {() => void | Promise<void>} look it throws where something does not hold
   */
  async step(name, look) {
    /** @type {Step} */
    const step = { name, state: 'holds', faults: [] };
    this.steps.push(step);
    try {
      await look();
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      step.state = error instanceof Unable ? 'open' : 'fails';
      step.faults = [{ code: error.code, values: error.values }];
    }
  }

  /**
   * @param {StepName} name
   * @returns {boolean}
   */
  holds(name) {
    return this.steps.some((step) => step.name === name && step.state === 'holds');
  }

  /** @param {string} text */
  open(text) {
    if (!isAble()) throw new Unable('no_crypto');
    const receipt = read(text);
    if (receipt.proof !== null) {
      this.proof = parseProof(receipt.proof);
      this.note = notes.parse(this.proof.note, this.proof.noteLine);
      this.checkpoint = notes.checkpoint(this.note, this.proof.noteLine);
    }
    this.receipt = receipt;
  }

  /** @param {Receipt} receipt */
  async all(receipt) {
    await this.step('leaf', () => this.leaf(receipt));
    await this.step('signature', () => this.signature());
    await this.step('opening', () => this.opening(receipt));
    await this.step('place', () => this.place(receipt));
    if (receipt.words) await this.step('words', () => this.words(receipt));
    if (receipt.words && this.payload) this.agreement(receipt.words, this.payload);
  }

  /** @param {Receipt} receipt */
  async leaf(receipt) {
    leafOf(receipt.leaf);
    if (receipt.leafHash !== null && receipt.leafHash !== coded(await leafHash(receipt.leaf))) {
      throw new Fault('leaf_hash');
    }
  }

  async signature() {
    if (!this.note || !this.checkpoint) throw new Unable('no_proof');
    const signer = await notes.opened(this.note, this.keys);
    if (signer.name !== this.checkpoint.origin) throw new Fault('origin', { name: signer.name });
    this.signer = signer;
    this.others += signer.others;
  }

  /** @param {Receipt} receipt */
  async opening({ leaf, payload, salt }) {
    if (payload === null || salt === null) throw new Unable('no_opening');
    const { commitment: sealed, kind } = leafOf(leaf);
    if (!same(sealed, await commitment(salt, kind, payload))) throw new Fault('opening');
    const value = parseJson(payload);
    if (value === null || typeof value !== 'object' || Array.isArray(value)) throw new Fault('payload');
    if (dump(value) !== payload || value.v !== 1) throw new Fault('payload');
    this.payload = value;
    const site = SITE.exec(this.checkpoint?.origin ?? '')?.[1];
    if (this.checkpoint && site !== value.site) throw new Fault('part_site');
  }

  /** @param {Receipt} receipt */
  async place({ leaf }) {
    if (!this.proof || !this.checkpoint) throw new Unable('no_proof');
    const { index, hashes, indexLine } = this.proof;
    const root = await rootOf(await leafHash(leaf), index, this.checkpoint.size, hashes);
    if (same(root, this.checkpoint.root)) return;
    if (!this.holds('leaf')) throw new Fault('place_leaf');
    // Leaf and root are good where they open and are signed: only what lies between them is left.
    const isBetween = this.holds('opening') && this.holds('signature');
    throw new Fault(isBetween ? 'place_path' : 'place', { from: indexLine, to: indexLine + hashes.length });
  }

  /** @param {Receipt} receipt */
  async words({ words, seal }) {
    if (seal === null) throw new Fault('words_missing');
    this.others += await sealed(/** @type {JsonObject} */ (words), seal, this.checkpoint?.origin ?? null, this.keys);
  }

  /**
   * @param {JsonObject} words
   * @param {JsonObject} payload
   */
  agreement(words, payload) {
    const found = differences(words, payload).map(({ part, name }) => ({ code: `part_${part}`, values: { name } }));
    const faults = found.filter((one, at) => found.findIndex((other) => dump(one) === dump(other)) === at);
    this.steps.push({ name: 'agreement', state: faults.length ? 'fails' : 'holds', faults });
  }

  /** @returns {Report} */
  report() {
    const has = (/** @type {Step['state']} */ state) => this.steps.some((step) => step.state === state);
    return {
      verdict: has('fails') ? 'fails' : has('open') ? 'open' : 'holds',
      steps: this.steps,
      receipt: this.receipt,
      checkpoint: this.checkpoint,
      index: this.proof?.index ?? 0,
      signer: this.signer,
      others: this.others,
      payload: this.payload,
    };
  }
}
