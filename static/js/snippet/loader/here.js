/** What holds in this page from first to last: configuration, our own tag, addresses. */
import { languageOf, ownTag } from './tag.js';
import { createTrust } from './trust.js';

/** @type {import('../types').Config} */
export const config = /** @type {any} */ (CONFIG);
// vendors of the same categories and bases come together, which makes the configuration smaller
config.vendors = /** @type {any[]} */ (config.vendors).flatMap(([categories, bases, keys, since]) =>
  keys.map((/** @type {string} */ key) => ({ key, categories, bases, since })),
);

const tag = ownTag(config);
const said = tag?.dataset || {};
export const nonce = tag?.nonce || '';
/** Where the page says the visitor is. */
export const told = said.region;
export const layout = said.layout || config.layout;

/** The visitor's language; until its texts are loaded the notice's own is spoken. */
export const wanted = languageOf(config, said.language);

/** Address of the site at the service, ending in a slash. */
export const base = `${config.service}/v1/sites/${config.site}/`;

export const trust = createTrust();
