/** Finding entries: case, accents and the order of words do not matter, and every word must occur. */

/** @param {string} text @returns {string} */
export const folded = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** @param {string} query @returns {(text: string) => boolean} for folded texts */
export function matcher(query) {
  const words = folded(query).split(/\s+/);
  return (text) => words.every((word) => text.includes(word));
}
