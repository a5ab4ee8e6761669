/** The consent service for code of a site: loads it, follows the visitor's choice, changes it. */
export { load } from './load.js';
export {
  acceptAll,
  close,
  getServerState,
  getState,
  has,
  open,
  ready,
  receipt,
  rejectAll,
  set,
  setSubject,
  subscribe,
  withdraw,
} from './store.js';
export { stub, stubHash } from './stub.js';
