/**
 * A strict stand-in for the sandbox in which Google Tag Manager runs a custom template: it knows only the
 * APIs this template asks for, refuses what ___WEB_PERMISSIONS___ does not name, and hands values over as
 * copies, as Google documents it. It runs in Node and in a page alike.
 */

/** @param {string} text of a template file */
export function sections(text) {
  const parts = text.split(/^___([A-Z_]+)___$/m);
  const found = {};
  for (let at = 1; at < parts.length; at += 2) found[parts[at]] = parts[at + 1].trim();
  return found;
}

/** A value of the format: strings, booleans, lists and maps, each with its type. */
export function plain(value) {
  if (value.type === 1) return value.string;
  if (value.type === 8) return value.boolean;
  if (value.type === 2) return value.listItem.map(plain);
  if (value.type === 3) return Object.fromEntries(value.mapKey.map((key, at) => [plain(key), plain(value.mapValue[at])]));
  throw new Error(`no such type: ${value.type}`);
}

/** @param {string} json of ___WEB_PERMISSIONS___ */
export const permissions = (json) =>
  Object.fromEntries(
    JSON.parse(json).map(({ instance: { key, param } }) => [key.publicId, Object.fromEntries(param.map((each) => [each.key, plain(each.value)]))]),
  );

/** Only plain values pass the border, as copies; all else is undefined. */
function pass(value) {
  if (value === null || ['undefined', 'boolean', 'number', 'string'].includes(typeof value)) return value;
  if (typeof value === 'function') return (...args) => pass(value(...args.map(pass)));
  if (Array.isArray(value)) return value.map(pass);
  const own = Object.getPrototypeOf(value);
  if (own !== null && own !== Object.prototype) return undefined;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pass(each)]));
}

/** `https://*` is any host; a star in the path is one part of it. */
function matches(pattern, url) {
  const [, host, path] = /^https:\/\/([^/]+)(\/.*)$/.exec(pattern);
  const free = (text, any) => text.split('*').map((part) => part.replace(/[.?+^$(){}|[\]\\]/g, '\\$&')).join(any);
  return new RegExp(`^https://${free(host, '[^/?#]+')}${free(path, '[^/?#]*')}$`).test(url);
}

/**
 * Runs a template once.
 * @param {string} text of the template file
 * @param {any} page the window
 * @param {object} data the tag's fields
 * @returns {unknown[][]} what the template did, in order; it grows
 */
export function run(text, page, data) {
  const { SANDBOXED_JS_FOR_WEB_TEMPLATE: code, WEB_PERMISSIONS: json } = sections(text);
  const allowed = permissions(json);
  const log = [];
  const asked = {
    access_globals: (right, key) => allowed.access_globals?.keys.some((each) => each.key === key && each[right]),
    access_consent: (type) => allowed.access_consent?.consentTypes.some((each) => each.consentType === type && each.write),
    inject_script: (url) => allowed.inject_script?.urls.some((each) => matches(each, url)),
    write_data_layer: (key) => allowed.write_data_layer?.keyPatterns.includes(key),
    logging: () => allowed.logging?.environments,
  };
  const need = (permission, ...what) => {
    if (!asked[permission](...what)) throw new Error(`not permitted: ${permission} ${what.join(' ')}`);
  };
  const at = (path) => {
    const keys = path.split('.');
    const last = keys.pop();
    const place = keys.reduce((here, key) => here?.[key], page);
    return [place, last];
  };
  const consent = (name) => (values) => {
    for (const [key, value] of Object.entries(values)) {
      if (key === 'region' && Array.isArray(value) && name === 'default') continue;
      if (key === 'wait_for_update' && Number.isInteger(value) && name === 'default') continue;
      need('access_consent', key);
      if (!['granted', 'denied'].includes(value)) throw new Error(`${key}: ${value}`);
    }
    log.push([name, pass(values)]);
  };
  const apis = {
    callInWindow(path, ...args) {
      need('access_globals', 'execute', path);
      const [place, last] = at(path);
      return pass(place[last](...args.map(pass)));
    },
    copyFromWindow(path) {
      need('access_globals', 'read', path);
      const [place, last] = at(path);
      return pass(place?.[last]);
    },
    createQueue(path) {
      need('access_globals', 'read', path);
      need('access_globals', 'write', path);
      const [place, last] = at(path);
      if (!place) throw new Error(`createQueue: no place for ${path}`);
      const queue = (place[last] ??= []);
      return (...args) => {
        if (path === 'dataLayer') log.push(['event', ...args.map(pass)]);
        queue.push(...args.map(pass));
      };
    },
    encodeUriComponent: (value) => encodeURIComponent(value),
    getType: (value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value),
    gtagSet(values) {
      for (const key of Object.keys(values)) need('write_data_layer', key);
      log.push(['set', pass(values)]);
    },
    injectScript(url, onSuccess, onFailure, token) {
      need('inject_script', url);
      log.push(['inject', url, token]);
      page.inject(url, onSuccess, onFailure);
    },
    logToConsole(...args) {
      need('logging');
      log.push(['log', ...args]);
    },
    makeInteger: (value) => Number.parseInt(value, 10),
    queryPermission: (permission, ...what) => !!asked[permission]?.(...what),
    setDefaultConsentState: consent('default'),
    setInWindow(path, value, overwrite) {
      need('access_globals', 'write', path);
      const [place, last] = at(path);
      if (place[last] !== undefined && !overwrite) return false;
      place[last] = pass(value);
      return true;
    },
    updateConsentState: consent('update'),
  };
  const require = (name) => {
    if (!Object.hasOwn(apis, name)) throw new Error(`no such API: ${name}`);
    return apis[name];
  };
  const end = (name) => () => log.push([name]);
  const fields = { ...data, gtmOnSuccess: end('success'), gtmOnFailure: end('failure') };
  // what a browser has and the sandbox has not
  const missing = ['window', 'document', 'globalThis', 'self', 'Object', 'JSON', 'Math', 'Array', 'String', 'console', 'setTimeout', 'Promise'];
  Function('require', 'data', ...missing, `'use strict';${code}`)(require, fields);
  return log;
}
