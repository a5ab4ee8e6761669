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
  /** Consent first. */
  bases: VendorBasis[];
  /** For a category it came into: a choice made on an earlier version does not grant it there. */
  since?: Record<string, number>;
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
  /** Sorted backwards, so that zh-Hant stands before zh. */
  languages: Record<string, string>;
  rtl: string[];
  /** Hashes of center and page part, which are their names too (SHA-256 in base64, letters and digits alone). */
  parts: string[];
  /** Whoever decided on an earlier version is asked something again. */
  asked?: number;
  /** It matters where the visitor is. */
  ask_region?: boolean;
  /** The service is on the site's own host, and may set the cookie. */
  renew?: boolean;
  layout: string;
  /**
   * Custom properties put on #consent-root; a site's own style sheet may set them there as well:
   *
   *   --consent-accent      fill of buttons and of switches that are on, in light and in dark
   *   --consent-on-accent   ink on it; where the notice does not say it, publishing puts in black or white,
   *                         whichever is readable. A style sheet that sets one of the two sets both
   *   --consent-surface     behind everything, --consent-text upon it: both, or neither. Neither follows the
   *                         visitor's choice of light or dark
   *   --consent-radius      of the layers; buttons have six tenths of it
   *   --consent-font        names of fonts
   */
  theme: Record<string, string>;
  policy_url: string | null;
  logo_url?: string;
  expiry: { granted: number; refused: number };
  regions: Rule[];
  categories: Category[];
  vendors: Vendor[];
  texts: Texts;
  /** Only what a site has set. */
  options?: {
    reopen_button?: 'start' | 'end';
    powered_by?: string;
    policy_new_tab?: boolean;
    logo_dark_url?: string;
    vendor_choices?: boolean;
  };
}

/** All texts in the visitor's language, and what differs by language beside them. */
export interface Speech {
  texts: Texts;
  /** Name of the part with the list. */
  list: string;
  /** How many entries of the list each category has. */
  cookies: Record<string, number>;
  policy_url: string;
  /** When the notice was published, ISO 8601. */
  published: string;
  /** Address of the page with all versions of the list. */
  versions: string;
  /** Whoever decided on an earlier version is asked everything. */
  everybody?: number;
  asks?: Question[];
}

/**
 * Asked again of whoever decided on a version before the first: name, category, and the company it is about, if
 * any; at last whether that company is new there.
 */
export type Question = [number, string, string, string?, boolean?];

/** One entry of the published list. */
export interface Entry {
  name: string;
  match: 'exact' | 'prefix';
  storage: string;
  party: 'first' | 'third';
  category: string;
  vendor: string;
  provider: string;
  /** In words, as the labels say: name, host, kind, purpose, duration, party, category, since. */
  facts: string[];
}

/** All that was published, in the order it is shown: the site's own first. */
export interface List {
  labels: string[];
  cookies: Entry[];
  vendors: Record<string, { name: string; policy_url: string; hosts: string[]; categories: string[] }>;
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
  w?: 1;
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

export type VendorBasis = 'consent' | 'legitimate_interest';

export type VendorGrants = Record<VendorBasis, readonly string[]>;

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


export type Draft = ReturnType<typeof import('./shared/draft.js').createDraft>;

/** One row of a list: a company in a category, or all that it stores there. */
export interface Row {
  vendor: string;
  category: string;
  name: string;
  /** How many entries it holds, and which. */
  count?: number;
  items?: Entry[];
}

/** One of the lists of the center. */
export interface Listing {
  title: string;
  /** Head of the column with the names. */
  head: string;
  /** The legal bases there are boxes for. */
  columns: VendorBasis[];
  entries: any[];
  /** Where the search looks. */
  text(entry: any): string;
  grouped(hits: any[]): Row[];
  /** Puts in what is known of a row. */
  about(row: Row, into: HTMLElement): void;
}

/** By which center and page part reach the first layer; the modules say what each is. */
export interface Core {
  make: typeof import('./loader/dom.js').make;
  button: typeof import('./loader/dom.js').button;
  link: typeof import('./loader/dom.js').link;
  page: Document;
  config: Config;
  base: string;
  layout: string;
  root: HTMLElement;
  readonly view: View;
  readonly state: State;
  readonly words: Texts;
  readonly spoken: string;
  has: typeof import('./loader/store.js').allows;
  note: typeof import('./loader/store.js').note;
  subscribe: typeof import('./loader/store.js').subscribe;
  queue: typeof import('./loader/desk.js').queue;
  decide: typeof import('./loader/desk.js').decide;
  apply: typeof import('./loader/desk.js').apply;
  press: typeof import('./loader/desk.js').press;
  kept: typeof import('./loader/desk.js').kept;
  ask: typeof import('./loader/net.js').ask;
  signalled: typeof import('./loader/grants.js').signalled;
  /** Loads the texts in the visitor's language, and speaks it from then on. */
  speech(): Promise<Speech>;
  listed: typeof import('./loader/parts.js').listed;
  enter: typeof import('./loader/layers.js').enter;
  offer: typeof import('./loader/layers.js').offer;
  put: typeof import('./loader/layers.js').put;
  show: typeof import('./loader/host.js').show;
  announce: typeof import('./loader/host.js').announce;
  dress: typeof import('./loader/host.js').dress;
  back: typeof import('./loader/focus.js').back;
  marks: typeof import('./loader/release.js').marks;
  release: typeof import('./loader/release.js').release;
  scan: typeof import('./loader/release.js').scan;
  used: typeof import('./loader/release.js').used;
  fail: typeof import('./loader/events.js').fail;
  /** Closes the center, once it is loaded. */
  leave?(): void;
}

/** What the second layer gives back. */
export interface Center {
  enter(opener?: Element | null, layer?: string, category?: string): Promise<void>;
}

/** What the part for pages gives back. */
export interface Part {
  news(): Promise<void>;
  sweep(before: State): Promise<void>;
  handover(token: string): Promise<void>;
  setSubject(jwt: string): Promise<void>;
  /** What held before the page was looked at again. */
  check(before?: State): Promise<void>;
  renew(): Promise<void>;
  /** True when all is in its place. */
  embeds(): Promise<boolean>;
  receipt(): Promise<string | null>;
  deviating(choice: Choice, named: any): Choice;
  askSignal(into: HTMLElement, go: (overriding: boolean) => void): Promise<void>;
}

declare global {
  /** Put around the bundle by the service. */
  const CONFIG: unknown;
  /** The consent modes a site chose, with their vendors by category. */
  const MODES: unknown;
  /** Where and how often banners shown are counted. */
  const SHOWN: unknown;
  interface Navigator {
    globalPrivacyControl?: boolean;
  }
}
