/** Brings the loader into the page, once; a loader that cannot be had is a rejected promise and no error. */
import { api, inBrowser, prepare } from './arrival.js';
import { abandon, getServerState, ready, retry } from './store.js';

/** @typedef {import('../types/index.js').LoadOptions} LoadOptions */

/** @type {typeof import('../types/index.js').load} */
export function load(options) {
  if (!inBrowser()) return Promise.resolve(getServerState());
  retry();
  const state = ready();
  if (api()) return state;
  try {
    prepare();
    const src = address(options);
    const { href } = new URL(`${src}`, document.baseURI);
    const there = [...document.scripts].find((script) => script.src === href);
    const script = there ?? tag(src, options);
    script.addEventListener('error', () => {
      script.remove();
      abandon(new Error(`The consent loader could not be loaded: ${href}`));
    });
    if (!there) document.head.append(script);
  } catch (error) {
    console.error(error);
    abandon(error);
  }
  return state;
}

/** @param {LoadOptions} options */
function address({ src, service, site }) {
  if (src) return src;
  if (service && site) return `${service.replace(/\/$/, '')}/v1/sites/${encodeURIComponent(site)}/loader.js`;
  throw new TypeError('load() needs the address of the service and the key of the site, or src');
}

/** @param {NonNullable<LoadOptions['src']>} src @param {LoadOptions} options */
function tag(src, { language, region, layout, nonce, integrity, async = true }) {
  const script = document.createElement('script');
  for (const [name, value] of Object.entries({ language, region, layout })) if (value) script.dataset[name] = value;
  if (nonce) script.nonce = nonce;
  // without CORS a browser cannot compare the file with its hash
  if (integrity) Object.assign(script, { integrity, crossOrigin: 'anonymous' });
  script.async = async;
  script.src = /** @type {string} */ (src);
  return script;
}
