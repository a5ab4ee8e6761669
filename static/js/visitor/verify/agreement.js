/**
 * Holds what a receipt says in words against the payload that the log commits to, and names each
 * part that says something else.
 */

/** @import { Json, JsonObject } from './types' */

/** A part of a receipt: its kind, and which one where there are several. */
/** @typedef {{part: string, name: string}} Part */

const NONE = /** @type {JsonObject} */ (Object.freeze({}));
const REFUSED = { withdraw: 'dpv:ConsentWithdrawn' };
const GRANTED = { renew: 'dpv:RenewedConsentGiven' };

/**
 * @param {JsonObject} words
 * @param {JsonObject} payload
 * @returns {Part[]} the parts that differ; none where all agrees
 */
export function differences(words, payload) {
  const record = object(words['dpv:hasRecordOfActivity']);
  return [..._identity(words, record, payload), ..._status(record, payload), ..._choices(record, payload)]
    .filter(([, , said, is]) => said !== is)
    .map(([part, name]) => ({ part, name }));
}

/** @typedef {[part: string, name: string, said: Json | undefined, is: Json | undefined]} Pair */

/**
 * @param {JsonObject} words
 * @param {JsonObject} record
 * @param {JsonObject} payload
 * @returns {Pair[]}
 */
function _identity(words, record, payload) {
  const notice = object(payload.notice);
  const shown = object(record['dpv:hasNotice']);
  const claimed = object(payload.claims).region;
  return [
    ['record', '', words['@id'], `urn:uuid:${payload.record}#receipt`],
    ['record', '', words['dct:identifier'], payload.record],
    ['record', '', record['@id'], `urn:uuid:${payload.record}`],
    ['record', '', record['dct:identifier'], payload.record],
    ['subject', '', record['dpv:hasDataSubject'], payload.subject],
    ['notice', '', shown['@id'], `${payload.site}/${notice.version}/${notice.digest}`],
    ['language', '', shown['dct:language'], notice.language],
    ['region', '', record['dpv:hasJurisdiction'], object(payload.region).code || claimed || 'unknown'],
  ];
}

/**
 * @param {JsonObject} record
 * @param {JsonObject} payload
 * @returns {Pair[]}
 */
function _status(record, payload) {
  const said = object(list(record['dpv:hasConsentStatus'])[0]);
  const action = String(payload.action);
  const isGranted = Object.values(object(payload.categories)).some(Boolean);
  const status = isGranted
    ? (/** @type {Record<string, string>} */ (GRANTED)[action] ?? 'dpv:ConsentGiven')
    : (/** @type {Record<string, string>} */ (REFUSED)[action] ?? 'dpv:ConsentRefused');
  return [
    ['action', '', list(said['@type'])[0], status],
    ['action', '', said['dpv:hasIndicationMethod'], `${payload.layer}: ${action}`],
    ['time', '', said['dpv:isIndicatedAtTime'], _moment(payload.at)],
    ['time', '', said['consent:decided_at'], _moment(object(payload.claims).decided_at)],
    ['time', '', said['consent:late'], payload.late],
    ['expiry', '', said['dct:valid'], _moment(payload.expires_at)],
    ['model', '', said['consent:model'], payload.model],
    ['region', '', said['consent:region'], object(payload.region).code],
  ];
}

/**
 * @param {JsonObject} record
 * @param {JsonObject} payload
 * @returns {Pair[]} each category, and each company in each of them by each legal basis
 */
function _choices(record, payload) {
  const categories = object(payload.categories);
  const processes = new Map(list(record['dpv:hasProcess']).map((each) => [object(each)['dct:identifier'], object(each)]));
  const keys = new Set([...Object.keys(categories), ...processes.keys()]);
  return [...keys].flatMap((key) => {
    const process = processes.get(key) ?? NONE;
    const name = String(process['dct:title'] ?? key);
    const status = `dpv:Consent${categories[String(key)] ? 'Given' : 'Refused'}`;
    const isAsked = categories[String(key)] !== undefined;
    return [
      /** @type {Pair} */ (['choice', name, object(process['dpv:hasConsentStatus'])['@id'], isAsked ? status : undefined]),
      ..._companies(String(key), list(process['dpv:hasRecipient']), object(payload.vendors)),
    ];
  });
}

/**
 * @param {string} category
 * @param {Json[]} said
 * @param {JsonObject} vendors
 * @returns {Pair[]}
 */
function _companies(category, said, vendors) {
  const recipients = new Map(said.map((each) => [object(each)['dct:identifier'], object(each)]));
  const listed = [...recipients].flatMap(([key, recipient]) => {
    const name = String(recipient['dpv:hasName'] ?? key);
    const bases = object(vendors[String(key)]);
    const granted = object(recipient['consent:granted']);
    return [...new Set([...Object.keys(granted), ...Object.keys(bases)])].map((basis) => {
      const is = basis in bases ? list(bases[basis]).includes(category) : undefined;
      return /** @type {Pair} */ (['company', name, granted[basis], is]);
    });
  });
  // A company that was granted something here and is not named at all.
  const left = Object.entries(vendors)
    .filter(([key, bases]) => !recipients.has(key) && Object.values(object(bases)).some((each) => list(each).includes(category)))
    .map(([key]) => /** @type {Pair} */ (['company', key, undefined, true]));
  return [...listed, ...left];
}

/**
 * @param {Json | undefined} ms
 * @returns {string | undefined} RFC 3339 with milliseconds, as receipts write it
 */
function _moment(ms) {
  return typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? new Date(ms).toISOString() : undefined;
}

/**
 * @param {Json | undefined} value
 * @returns {JsonObject}
 */
export function object(value) {
  return value && typeof value === 'object' && !Array.isArray(value) ? value : NONE;
}

/**
 * @param {Json | undefined} value
 * @returns {Json[]}
 */
export function list(value) {
  return Array.isArray(value) ? value : [];
}
