/** What the page is told: `consent:ready`, `consent:change` and `consent:error` on the document. */
import { page } from './page.js';

/** @param {string} name @param {object} detail */
export const emit = (name, detail) => page.dispatchEvent(new CustomEvent('consent:' + name, { detail }));

/** @param {unknown} reason */
export const fail = (reason) => void emit('error', { reason: '' + reason });
