/**
 * Reads decisions as the page does and prints what it grants: views are put together as in `here.js` and
 * `store.js`, everything else is the snippet's own.
 */
import { readFileSync } from 'node:fs';
import { decode } from '../../static/js/snippet/loader/cookie.js';
import { has, snapshot } from '../../static/js/snippet/loader/grants.js';
import { placed } from '../../static/js/snippet/loader/rules.js';

function answer({ config, cookies, region, gpc, now }) {
  const navigator = { value: { globalPrivacyControl: gpc }, configurable: true };
  Object.defineProperty(globalThis, 'navigator', navigator);
  config.vendors = config.vendors.flatMap(([categories, bases, keys]) => keys.map((key) => ({ key, categories, bases })));
  const found = cookies.map(decode).find((each) => each && each.e > now) || null;
  const here = placed(config.regions, region || found?.g);
  const view = { config, stored: found, ...(here.region || !config.ask_region ? here : placed([], null)) };
  const state = snapshot(view);
  const categories = [...config.categories.map(({ key }) => key), 'unknown'];
  const vendors = [null, 'unknown', ...config.vendors.map(({ key }) => key)];
  const pairs = categories.flatMap((key) => vendors.map((vendor) => [key, vendor]));
  return { state, held: pairs.filter(([key, vendor]) => has(view, state, key, vendor)) };
}

console.log(JSON.stringify(JSON.parse(readFileSync(0, 'utf8')).map(answer)));
