import type { ReactNode } from 'react';
import type { Category, State } from './index.js';

/** The visitor's choice. Renders again when it changes; while a page is hydrated nothing is decided. */
export declare function useConsent(): State;

/** Whether a category is granted, or one company in it. Renders again only when that changes. */
export declare function useConsent(category: Category, vendor?: string): boolean;

export interface ConsentGateProps {
  category: Category;
  vendor?: string;
  /** What stands there while it is not granted. @default null */
  fallback?: ReactNode;
  children?: ReactNode;
}

/** Its children, once they are granted. */
export declare function ConsentGate(props: ConsentGateProps): ReactNode;
