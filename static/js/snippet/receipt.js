/** Where a visitor finds the proof of the own decision. */

/**
 * @param {import('./types').Core} core
 * @returns {Promise<string | null>} the receipt's address once the service has answered; null before a decision
 */
export const receipt = (core) =>
  new Promise((resolve) => {
    core.subscribe(() => {
      const { stored } = core.view;
      if (!stored || stored.r) resolve(stored && receiptAddress(core));
    });
  });

/** @param {import('./types').Core} core @returns {string} */
export function receiptAddress({ base, view: { stored } }) {
  return `${base}records/${stored?.r}/receipt.json?token=${stored?.q}`;
}
