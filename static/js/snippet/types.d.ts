/** The shapes that the modules of the snippet share. */

export type Model = 'opt_in' | 'opt_out' | 'notice_only';
export type Layer = 'banner' | 'center' | 'page' | 'api';
export type Action = 'accept_all' | 'reject_all' | 'save' | 'withdraw' | 'signal' | 'renew';
export type Texts = Record<string, string>;

/** One entry of the notice's regions, groups such as EU already spelt out. */
export interface Rule {
  match: string[];
  model: Model;
  gpc?: 'apply' | 'ignore';
  models?: Record<string, Model>;
}

export interface Category {
  key: string;
  locked?: boolean;
  /** Switched off by a privacy signal; where it is not said, only "targeting" is. */
  gpc?: boolean;
}

export interface Vendor {
  key: string;
  categories: string[];
  bases: string[];
}

/** What the publication of a notice puts into the loader. */
export interface Config {
  site: string;
  service: string;
  files: string;
  version: number;
  digest: string;
  snippet: string;
  name: string;
  language: string;
  languages: Record<string, string>;
  rtl: string[];
  center: { file: string; integrity: string };
  list: string;
  layout: string;
  theme: Record<string, string>;
  policy_url: string | null;
  logo_url: string | null;
  expiry: { granted: number; refused: number };
  regions: Rule[];
  categories: Category[];
  vendors: Vendor[];
  texts: Texts;
}

export interface VendorBits {
  c: string[];
  l: string[];
}

/** A decision as the cookie holds it; cookie.js says what the letters mean. */
export interface Stored {
  n: number;
  c: Record<string, number>;
  t: number;
  e: number;
  a: Action;
  o: Layer;
  m: Model;
  v?: Record<string, VendorBits>;
  g?: string;
  x?: 1;
  r?: string;
  s?: string;
  k?: string;
  q?: string;
  h?: number;
  p?: 1;
}

/** All that the grants follow from. */
export interface View {
  config: Config;
  /** The decision in force, null before one and after it ran out. */
  stored: Stored | null;
  rule: Rule;
  region: string | null;
  /** The browser sends a privacy signal and the rule honours it. */
  gpc: boolean;
}

export interface VendorGrants {
  consent: readonly string[];
  legitimate_interest: readonly string[];
}

/** What `consent.get()` gives to the page. */
export interface State {
  decided: boolean;
  categories: Readonly<Record<string, boolean>>;
  vendors: Readonly<Record<string, VendorGrants>>;
  recordId: string | null;
  decidedAt: string | null;
  expiresAt: string | null;
  noticeVersion: number;
  region: string | null;
  model: Model;
  source: string;
}

export type Listener = (state: State, changed: string[]) => void;

/** A choice about to be made; what it does not name stays as it is. */
export interface Choice {
  action: Action;
  layer: Layer;
  categories?: Record<string, boolean>;
  /** The vendors that differ from their categories. */
  v?: Record<string, VendorBits>;
}

/** The body of a record. Only what the queue itself reads is spelt out. */
export interface RecordBody {
  event_id: string;
  action: Action;
  decided_at: string;
  subject: string | null;
  [field: string]: unknown;
}

export interface QueueItem {
  body: RecordBody;
  /** Once sent, the body never changes again: the service knows it by its event_id. */
  sent?: boolean;
}

export interface Reply {
  status: number;
  retry: number;
  json: any;
}

export interface Trust {
  url(text: string): string;
  code(text: string): string;
}

export type Host = ReturnType<typeof import('./host.js').createHost>;
type Dom = typeof import('./dom.js');
type Store = ReturnType<typeof import('./store.js').createStore>;
type Release = ReturnType<typeof import('./release.js').createRelease>;

export interface Parts {
  part(): Promise<Part>;
  texts(): Promise<Texts>;
  list(): Promise<any>;
}

export interface Desk {
  decide(choice: Choice): Promise<void>;
  adopt(stored: Stored): Promise<void>;
  accept(layer: Layer, into: HTMLElement, then: () => void): void;
  sweep(before: State, sent?: Promise<void>): Promise<void>;
  queue: ReturnType<typeof import('./queue.js').createQueue>;
}

export interface Layers {
  open(opener?: Element | null): Promise<void>;
  close(): void;
  question(): void;
  settle(): void;
}

/** By which the modules of the first layer reach each other, and the second layer reaches them. */
export interface Core extends Dom, Store, Desk, Parts, Release, Layers {
  config: Config;
  page: Document;
  host: Host;
  /** The visitor's language; until its texts are loaded the notice's own is spoken. */
  language: string;
  words(): Texts;
  speak(texts: Texts): void;
  about(): { language: string; region_source: string; layout: string };
  address(path: string): string;
  ask: typeof import('./net.js').ask;
  kept: typeof import('./desk.js').kept;
  choose: typeof import('./choice.js').choose;
  fits: typeof import('./cookie.js').fits;
  granted: typeof import('./grants.js').granted;
  vendorGrants: typeof import('./grants.js').vendorGrants;
  marks: typeof import('./release.js').marks;
  fail(reason: unknown): void;
  /** Puts focus where it was before a layer opened. */
  back(opener?: Element | null): void;
  has(key: string, vendor?: string | null): boolean;
}

/** What the second layer gives back. */
export interface Part {
  open(opener: Element | null): Promise<void>;
  close(): void;
  sweep(before: State, sent?: Promise<void>): Promise<void>;
  handover(token: string): Promise<void>;
  jwt(token: string): Promise<void>;
  check(): Promise<void>;
  embeds(): Promise<void>;
  receipt(): Promise<string | null>;
  askSignal(into: HTMLElement, yes: () => void, keep: () => void): Promise<void>;
  deviating(choice: Choice, named: any): Record<string, VendorBits> | undefined;
}

declare global {
  /** Put around the bundle by the service. */
  const CONFIG: unknown;
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
  interface Window {
    trustedTypes?: { createPolicy(name: string, rules: object): { createScript(s: string): string; createScriptURL(s: string): string } };
  }
}
