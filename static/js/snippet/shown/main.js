/**
 * Counts banners shown, in the loader of sites that want to know how often their question stays without an
 * answer. Of so many in a hundred page views it says once that the banner was on the screen: in which language
 * and region, of which version. No identifier goes along, nothing is stored, and what fails is not said again.
 */
import { page } from '../loader/page.js';

const BANNER = '#consent-root > [data-consent-layer="banner"]';
const request = fetch;
/** Where it is said, of which version, of how many in a hundred. */
const [url, version, percent] = /** @type {[string, number, number]} */ (SHOWN);
const here = /** @type {any} */ (window);

function look() {
  const { decided, region } = here.consent?.get?.() || {};
  const banner = page.querySelector(BANNER);
  // a page in the background has shown nothing yet
  if (!decided && (!banner || page.visibilityState !== 'visible')) return;
  watch.disconnect();
  page.removeEventListener('visibilitychange', look);
  if (decided || !banner) return;
  const { lang } = /** @type {HTMLElement} */ (banner.parentElement);
  // as text/plain it needs no preflight
  const body = JSON.stringify({ version, language: lang, region });
  request(url, { method: 'POST', body, keepalive: true, credentials: 'omit' }).catch(() => 0);
}

const watch = new MutationObserver(look);
if (Math.random() * 100 < percent) {
  watch.observe(page.documentElement, { childList: true, subtree: true });
  page.addEventListener('visibilitychange', look);
}
