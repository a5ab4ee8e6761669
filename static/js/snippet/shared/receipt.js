/** Where a visitor finds the proof of the own decision. */
import { core } from './lent.js';

/**
 * @returns {Promise<string | null>} the receipt's address once the service has answered; null before a decision
 */
export const receipt = () =>
  new Promise((resolve) => {
    core.subscribe(() => {
      const { stored } = core.view;
      if (!stored || stored.r) resolve(stored && receiptAddress());
    });
  });

/** @returns {string} */
export function receiptAddress() {
  const { stored } = core.view;
  return `${core.base}records/${stored?.r}/receipt.json?token=${stored?.q}&wait=receipt`;
}
