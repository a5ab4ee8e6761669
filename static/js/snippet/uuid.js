/** UUIDs of version 7 (RFC 9562): the time first, so that records of one visitor sort as they were made. */

/**
 * @param {number} now milliseconds since 1970
 * @param {Uint8Array} random sixteen random bytes; the first six give way to the time
 * @returns {string}
 */
export function uuid7(now, random) {
  const bytes = [...random];
  for (let at = 5, rest = now; at >= 0; at--, rest = Math.floor(rest / 256)) bytes[at] = rest % 256;
  bytes[6] = (bytes[6] & 15) | 112;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = bytes.map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
