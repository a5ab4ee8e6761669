/** Why a receipt does not hold: a code that has words in every language, and what to put in. */

/** @import { Values } from './types' */

export class Fault extends Error {
  /**
   * @param {string} code
   * @param {Values} [values]
   */
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}

/** What could not be looked at here, which says nothing against the receipt. */
export class Unable extends Fault {}
