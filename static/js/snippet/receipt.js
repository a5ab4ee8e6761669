/** Where a visitor finds the proof of the own decision. */

/**
 * @param {import('./types').Core} core
 * @returns {Promise<string | null>} the receipt's address once the service has answered; null before a decision
 */
export const receipt = ({ view, subscribe, address }) =>
  new Promise((resolve) => {
    subscribe(() => {
      const { stored } = view();
      if (!stored || stored.r) resolve(stored && address(`records/${stored.r}/receipt.json?token=${stored.q}`));
    });
  });
