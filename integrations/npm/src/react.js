'use client';
/** React 18 and 19: the visitor's choice in components. While a page is hydrated nothing is decided yet. */
import { useSyncExternalStore } from 'react';
import { always, getServerState, getState, has, subscribe } from './store.js';

/** @type {(category?: any, vendor?: string) => any} */
export const useConsent = (category, vendor) =>
  useSyncExternalStore(
    subscribe,
    () => (category ? has(category, vendor) : getState()),
    () => (category ? always(category, vendor) : getServerState()),
  );

/** @type {typeof import('../types/react.js').ConsentGate} */
export const ConsentGate = ({ category, vendor, fallback = null, children }) =>
  useConsent(category, vendor) ? children : fallback;
