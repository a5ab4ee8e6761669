import type { ComputedRef, ShallowRef } from 'vue';
import type { Category, State } from './index.js';

/** The visitor's choice. While a page is hydrated nothing is decided. */
export declare function useConsent(): Readonly<ShallowRef<State>>;

/** Whether a category is granted, or one company in it. */
export declare function useConsent(category: Category, vendor?: string): ComputedRef<boolean>;
