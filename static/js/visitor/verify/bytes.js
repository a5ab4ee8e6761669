/** Bytes and how they are written: base64 as RFC 4648, section 4, spells it, hexadecimal, UTF-8. */

/** @import { Bytes } from './types' */

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/**
 * @param {string} text
 * @returns {Bytes | null} null for any other spelling of the same bytes, too
 */
export function decoded(text) {
  let raw;
  try {
    raw = atob(text);
  } catch {
    return null;
  }
  return btoa(raw) === text ? Uint8Array.from(raw, (char) => char.charCodeAt(0)) : null;
}

/**
 * @param {Bytes} bytes
 * @returns {string}
 */
export const coded = (bytes) => btoa(String.fromCharCode(...bytes));

/**
 * @param {Bytes} bytes
 * @returns {string}
 */
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/**
 * @param {Bytes} bytes
 * @returns {string | null} null for what is not UTF-8
 */
export function read(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return null;
  }
}

/**
 * @param {string} text
 * @returns {Bytes}
 */
export const written = (text) => encoder.encode(text);

/**
 * @param {Bytes} one
 * @param {Bytes} other
 * @returns {boolean}
 */
export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/**
 * @param {Bytes[]} parts
 * @returns {Bytes}
 */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
