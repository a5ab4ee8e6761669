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
  layout: string;
  /**
   * Custom properties put on #consent-root; a site's own style sheet may set them there as well:
   *
   *   --consent-accent      fill of buttons and of switches that are on, in light and in dark
   *   --consent-on-accent   ink on it; where it is not said it is black or white, whichever is readable (browsers
   *                         from before 2024 know no such ink: a site that cares for them says it)
   *   --consent-surface     behind everything, --consent-text upon it: both, or neither. Neither follows the
   *                         visitor's choice of light or dark
   *   --consent-radius      of the layers; buttons have six tenths of it
   *   --consent-font        names of fonts
   */
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
  /** Accepting all also what a privacy signal refuses: the visitor was asked. */
  overriding?: boolean;
}

/** The body of a record. Only what the queue itself reads is spelt out. */
export interface RecordBody {
  event_id: string;
  action: Action;
  decided_at: string;
  /** Put in before it is first sent; from then on the body never changes again. */
  subject?: string | null;
  [field: string]: unknown;
}

/** Empty where there was no answer; `json` only of a success. */
export interface Reply {
  status?: number;
  retry?: number;
  json?: any;
}

export interface Trust {
  createScript(text: string): string;
  createScriptURL(text: string): string;
}


export interface Host {
  root: HTMLElement;
  mount(): void;
  /** Sets language and direction. */
  address(language: string): void;
  show(layer: HTMLElement): HTMLElement;
  announce(text: string): void;
  dress(css: string): void;
}

export interface Store {
  update(fields: Partial<View>): void;
  keep(stored: Stored): void;
  reread(): void;
  note(fields: Partial<Stored>): void;
  subscribe(listener: Listener): () => unknown;
}

export interface Release {
  release(element: HTMLElement): void;
  used(key: string): boolean;
  hold(known: Promise<unknown>): void;
  scan(): Promise<void>;
}

export interface Parts {
  part(): Promise<Part>;
  run(name: 'sweep' | 'handover' | 'setSubject' | 'check' | 'embeds' | 'receipt', ...args: any[]): Promise<any>;
  /** All texts in the visitor's language. */
  speech(): Promise<Texts>;
  /** The published list of cookies and vendors. */
  listed(): Promise<any>;
}

export interface Desk {
  decide(choice: Choice): Promise<void>;
  /** Make a decision hold in this page, whoever made it. */
  apply(stored: Stored): void;
  press(choice: Choice, into: HTMLElement, then: () => void): void;
  queue: ReturnType<typeof import('./queue.js').createQueue>;
}

export interface Layers {
  enter(opener?: Element | null): Promise<void>;
  question(): void;
  settle(): void;
}

/** By which the modules of the first layer reach each other, and the second layer reaches them. */
export interface Core extends Store, Desk, Parts, Release, Layers, Host {
  make: typeof import('./dom.js').make;
  button: typeof import('./dom.js').button;
  link: typeof import('./dom.js').link;
  config: Config;
  page: Document;
  view: View;
  /** What follows from the view. */
  state: State;
  trust: Trust;
  nonce: string;
  layout: string;
  /** Who said where the visitor is. */
  source: string;
  /** Address of the site at the service, ending in a slash. */
  base: string;
  words: Texts;
  /** The language of these words. */
  spoken: string;
  /** The visitor's language; until its texts are loaded the notice's own is spoken. */
  wanted: string;
  speak(texts: Texts): void;
  ask: typeof import('./net.js').ask;
  kept: typeof import('./desk.js').kept;
  has: typeof import('./grants.js').has;
  marks: typeof import('./release.js').marks;
  fail(reason: unknown): void;
  /** Puts focus where it was before a layer opened. */
  back(opener?: Element | null): void;
  /** Closes the second layer, once it is loaded. */
  leave?(): void;
}

/** What the second layer gives back. */
export interface Part {
  enter(opener: Element | null): Promise<void>;
  sweep(before: State): Promise<void>;
  handover(token: string): Promise<void>;
  setSubject(jwt: string): Promise<void>;
  check(): Promise<void>;
  /** True when all is in its place. */
  embeds(): Promise<boolean>;
  receipt(): Promise<string | null>;
  askSignal(into: HTMLElement, go: (overriding: boolean) => void): Promise<void>;
  deviating(choice: Choice, named: any): Choice;
}

declare global {
  /** Put around the bundle by the service. */
  const CONFIG: unknown;
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
}
