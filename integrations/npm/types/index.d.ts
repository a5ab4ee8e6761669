/** The visitor's choice. The same frozen object until it changes. */
export interface State {
  /** The visitor has chosen; false before, and after a choice ran out. */
  readonly decided: boolean;
  /** `necessary`, `functional`, `targeting`, `performance`: what is granted now. */
  readonly categories: Readonly<Record<string, boolean>>;
  /** For each company the categories in which it is granted, by legal basis. */
  readonly vendors: Readonly<Record<string, Readonly<Record<'consent' | 'legitimate_interest', readonly string[]>>>>;
  /** The record that proves the choice; null until the service has answered. */
  readonly recordId: string | null;
  /** ISO 8601. */
  readonly decidedAt: string | null;
  /** ISO 8601. */
  readonly expiresAt: string | null;
  /** The notice that was shown; 0 until the loader has run. */
  readonly noticeVersion: number;
  /** ISO 3166, as far as it is known. */
  readonly region: string | null;
  readonly model: 'opt_in' | 'opt_out' | 'notice_only';
  /** `banner`, `center`, `page`, `api`; `signal` for a privacy signal, `default` before a choice. */
  readonly source: string;
}

/** The four categories every notice begins with; a notice may name more. */
export type Category = 'necessary' | 'functional' | 'targeting' | 'performance' | (string & {});

export type Listener = (state: State, changed: string[]) => void;

/** What a call of `set` changes; what it does not name stays as it is. */
export interface Choice {
  categories?: Partial<Record<Category, boolean>>;
  vendors?: Record<string, Partial<Record<'consent' | 'legitimate_interest', readonly string[]>>>;
}

/** `window.consent` once the loader has run. */
export interface Consent {
  /** Settled also when the service cannot be reached. */
  readonly ready: Promise<State>;
  get(): State;
  has(category: Category, vendor?: string | null): boolean;
  /** Each resolves when the choice is applied in the page; none waits for the network. */
  acceptAll(): Promise<void>;
  rejectAll(): Promise<void>;
  set(choice: Choice): Promise<void>;
  withdraw(): Promise<void>;
  open(layer?: string): Promise<void>;
  close(): void;
  /** Called at once and on each change. Returns what ends it. */
  subscribe(listener: Listener): () => unknown;
  /** Address of the receipt, null before a decision. */
  receipt(): Promise<string | null>;
  /** Ties the browser to a known person: a JWT signed with the site's subject key. */
  setSubject(jwt: string): Promise<void>;
  readonly q: Queue;
}

/** `q.push(['open'])`: calls, also before the loader has run. */
export interface Queue {
  push(...calls: [name: string, ...args: any[]][]): unknown;
}

/** `window.consent` before the loader has run. */
export interface Early {
  q: Queue;
  get?: undefined;
}

export interface LoadOptions {
  /** Address of the consent service, such as `https://consent.example`. */
  service?: string;
  /** Key of the site there. */
  site?: string;
  /** Instead of the two: the address of the loader, such as a frozen release or a copy on your own host. */
  src?: string | TrustedScriptURL;
  /** Instead of the language of the page. */
  language?: string;
  /** ISO 3166, for sites that know where the visitor is. */
  region?: string;
  layout?: 'center' | 'panel-left' | 'panel-right' | 'tab';
  /** For a strict Content-Security-Policy. */
  nonce?: string;
  /** Only for a frozen release: the plain loader follows every new notice. */
  integrity?: string;
  /** @default true */
  async?: boolean;
}

/** Trusted Types, where TypeScript's own library does not know them. */
export interface TrustedScriptURL {
  toString(): string;
  toJSON(): string;
}

/**
 * Brings the loader into the page, once. Resolves with the state; rejects when the loader could not be
 * loaded, which is no error of the page: nothing optional is granted then, and marked tags stay where they
 * are. A later call tries again. On a server it does nothing.
 */
export declare function load(options: LoadOptions): Promise<State>;

/** Resolves with the state once the loader has run, whoever put it into the page. */
export declare function ready(): Promise<State>;

/** The same object until a change. */
export declare function getState(): State;

/** What is known on a server, and while a page is hydrated: nothing is decided. */
export declare function getServerState(): State;

/** Called at once and on each change. Returns what ends it. */
export declare function subscribe(listener: Listener): () => void;

/** Whether a category is granted, or one company in it. */
export declare function has(category: Category, vendor?: string | null): boolean;

/** Shows the preference center, as soon as the loader has run. */
export declare function open(layer?: string): void;
export declare function close(): void;

/** Each resolves when the choice is applied in the page. */
export declare const acceptAll: Consent['acceptAll'];
export declare const rejectAll: Consent['rejectAll'];
export declare const set: Consent['set'];
export declare const withdraw: Consent['withdraw'];
export declare const receipt: Consent['receipt'];
export declare const setSubject: Consent['setSubject'];

/** Google Consent Mode, Microsoft UET, Microsoft Clarity. */
export type Mode = 'google' | 'uet' | 'clarity';

export interface StubOptions {
  /** Whose denied defaults it sets. @default [] */
  modes?: readonly Mode[];
  /** How long Google's tags wait for an update, in milliseconds. @default 500 */
  waitForUpdate?: number;
}

/** Text of the inline script that stands first in <head>, before an asynchronous loader and any tag. */
export declare function stub(options?: StubOptions): string;

/** Its source for `script-src` of a Content-Security-Policy, without quotes: `sha256-...`. */
export declare function stubHash(options?: StubOptions): Promise<string>;

declare global {
  interface Window {
    consent?: Consent | Early;
  }
  interface DocumentEventMap {
    'consent:ready': CustomEvent<{ state: State }>;
    'consent:change': CustomEvent<{ state: State; changed: string[] }>;
    'consent:error': CustomEvent<{ reason: string }>;
  }
}
