/** What the browser computes: SHA-256, HMAC, and Ed25519 where it has it. */
import { joined, written } from './bytes.js';

/** @import { Bytes } from './types' */

/** @returns {boolean} whether anything can be computed; a page by plain HTTP has nothing */
export const isAble = () => Boolean(globalThis.crypto?.subtle);

/**
 * @param {Bytes} bytes
 * @returns {Promise<Bytes>}
 */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));

/**
 * @param {Bytes} salt
 * @param {string} kind
 * @param {string} payload
 * @returns {Promise<Bytes>} what a leaf commits to
 */
export async function commitment(salt, kind, payload) {
  const key = await crypto.subtle.importKey('raw', salt, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign']);
  const message = written(`consent-log/v1\0${kind}\0${payload}`);
  return new Uint8Array(await crypto.subtle.sign('HMAC', key, message));
}

/**
 * @param {Bytes} publicKey
 * @param {Bytes} signature
 * @param {string} text
 * @returns {Promise<boolean | null>} null where the browser does not know Ed25519
 */
export async function signed(publicKey, signature, text) {
  let key;
  try {
    key = await crypto.subtle.importKey('raw', publicKey, { name: 'Ed25519' }, false, ['verify']);
  } catch (error) {
    return /** @type {Error} */ (error).name === 'DataError' ? false : null;
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, signature, written(text));
}

/**
 * @param {string} name
 * @param {Bytes} publicKey
 * @returns {Promise<Bytes>} the four bytes by which signatures name a key
 */
export async function keyId(name, publicKey) {
  return (await sha256(joined(written(name), Uint8Array.of(10, 1), publicKey))).slice(0, 4);
}
