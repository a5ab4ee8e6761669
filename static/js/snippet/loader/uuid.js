/** UUIDs of version 7 (RFC 9562): the time first, so that records of one visitor sort as they were made. */

/** @param {number} number @param {number} size @returns {string} */
const hex = (number, size) => number.toString(16).padStart(size, '0');

/**
 * @param {number} now milliseconds since 1970
 * @param {Uint8Array} random ten random bytes
 * @returns {string}
 */
export const uuid7 = (now, random) =>
  (hex(now, 12) + Array.from(random, (byte) => hex(byte, 2)).join('')).replace(/^(.{8})(.{4}).(...).(...)/, '$1-$2-7$3-b$4-');
