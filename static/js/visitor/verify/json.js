/**
 * JSON, read strictly: no key twice, whole numbers alone, no half characters. `JSON.parse` keeps the
 * last of two equal keys and says nothing, which is how one file shows two people two things.
 */
import { Fault } from './fault.js';

/** @import { Json, JsonObject } from './types' */

const DEEPEST = 32;
const SPACE = /[ \t\n\r]*/y;
const TEXT = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?![0-9.eE])/y;
const WORD = /true|false|null/y;

/**
 * @param {string} text
 * @returns {Json} objects have no prototype
 */
export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value(0);
  reader.space();
  if (reader.at < text.length) throw reader.fault('json');
  return value;
}

/**
 * @param {Json} value
 * @returns {string} canonical JSON: the one spelling that is signed and committed to
 */
export function dump(value) {
  if (Array.isArray(value)) return `[${value.map(dump).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const pairs = Object.keys(value).sort().map((key) => `${JSON.stringify(key)}:${dump(value[key])}`);
  return `{${pairs.join(',')}}`;
}

class Reader {
  /** @param {string} text */
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  /**
   * @param {string} code
   * @returns {Fault} it says where
   */
  fault(code) {
    const lines = this.text.slice(0, this.at).split('\n');
    return new Fault(code, { line: lines.length, column: lines[lines.length - 1].length + 1 });
  }

  /**
   * @param {RegExp} pattern
   * @returns {string | null} what stands here, passed over
   */
  take(pattern) {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text);
    if (!found) return null;
    this.at += found[0].length;
    return found[0];
  }

  space() {
    this.take(SPACE);
  }

  /**
   * @param {string} char
   * @returns {boolean} whether it stood here
   */
  is(char) {
    this.space();
    if (this.text[this.at] !== char) return false;
    this.at += 1;
    return true;
  }

  /** @param {string} char */
  need(char) {
    if (!this.is(char)) throw this.fault('json');
  }

  /**
   * @param {number} depth
   * @returns {Json}
   */
  value(depth) {
    if (depth > DEEPEST) throw this.fault('json');
    if (this.is('{')) return this.object(depth);
    if (this.is('[')) return this.list(depth);
    if (this.text[this.at] === '"') return this.string();
    const word = this.take(WORD) ?? this.take(NUMBER);
    const value = word === null || word === '-0' ? undefined : JSON.parse(word);
    if (value === undefined || (typeof value === 'number' && !Number.isSafeInteger(value))) throw this.fault('json');
    return value;
  }

  /** @returns {string} */
  string() {
    this.space();
    const begin = this.at;
    const found = this.take(TEXT);
    const value = found === null ? null : JSON.parse(found);
    if (value !== null && !/\p{Surrogate}/u.test(value)) return value;
    this.at = begin;
    throw this.fault('json');
  }

  /**
   * @param {number} depth
   * @returns {JsonObject}
   */
  object(depth) {
    /** @type {JsonObject} */
    const found = Object.create(null);
    if (this.is('}')) return found;
    do {
      this.space();
      const begin = this.at;
      const key = this.string();
      if (key in found) {
        this.at = begin;
        throw this.fault('twice');
      }
      this.need(':');
      found[key] = this.value(depth + 1);
    } while (this.is(','));
    this.need('}');
    return found;
  }

  /**
   * @param {number} depth
   * @returns {Json[]}
   */
  list(depth) {
    /** @type {Json[]} */
    const found = [];
    if (this.is(']')) return found;
    do found.push(this.value(depth + 1));
    while (this.is(','));
    this.need(']');
    return found;
  }
}
