/** The decision of a receipt in words: the sealed names where the file has them, else the short ones. */
import { list, object } from './agreement.js';
import { coded } from './bytes.js';
import { element } from './element.js';

/** @import { Json, JsonObject, Report } from './types' */
/** @import { Say } from './view.js' */

/**
 * @param {Report} report
 * @param {{say: Say, language: string}} about
 * @returns {HTMLElement[]}
 */
export function facts({ payload, receipt, checkpoint, index, signer }, { say, language }) {
  if (!payload || !receipt) return [];
  const record = object(receipt.words?.['dpv:hasRecordOfActivity']);
  const time = clock(language);
  const notice = object(payload.notice);
  const rows = [
    [say('verify_fact_site'), String(object(record['dpv:hasDataController'])['dpv:hasName'] ?? payload.site)],
    [say('history_action'), say(`action_${payload.action}`)],
    ...choices(payload, record, say),
    ...companies(payload, record, say),
    [say('receipt_recorded'), time(payload.at)],
    [say('verify_fact_decided'), time(object(payload.claims).decided_at)],
    [say('receipt_until'), time(payload.expires_at)],
    [say('verify_fact_number'), String(Number(payload.seq) + 1)],
  ];
  const technical = [
    ['ID', String(payload.record)],
    [say('receipt_subject'), String(payload.subject)],
    [say('history_version'), `${notice.version} (${notice.language}) ${notice.digest}`],
    ...(checkpoint
      ? [
          [say('receipt_log'), checkpoint.origin],
          [say('receipt_place'), say('receipt_place_value', { place: index + 1, size: checkpoint.size })],
          [say('receipt_root'), coded(checkpoint.root)],
        ]
      : []),
    ...(signer ? [[say('verify_fact_vkey'), signer.vkey]] : []),
    [say('verify_fact_leaf'), receipt.leaf],
    [say('verify_fact_payload'), receipt.payload ?? ''],
  ];
  const more = element('details', '', element('summary', '', say('verify_technical')), table(technical, 'code'));
  return [element('h2', '', say('verify_decision')), table(rows), more];
}

/**
 * @param {JsonObject} payload
 * @param {JsonObject} record
 * @param {Say} say
 * @returns {string[][]}
 */
function choices(payload, record, say) {
  const titles = new Map(list(record['dpv:hasProcess']).map((each) => [object(each)['dct:identifier'], object(each)['dct:title']]));
  const categories = object(payload.categories);
  // In the order in which they were asked, where the file has it.
  const keys = titles.size ? [...titles.keys()].map(String) : Object.keys(categories);
  const named = (/** @type {boolean} */ wanted) =>
    keys
      .filter((key) => categories[key] === wanted)
      .map((key) => String(titles.get(key) ?? key))
      .join(', ') || say('history_nothing');
  return [
    [say('history_granted'), named(true)],
    [say('history_refused'), named(false)],
  ];
}

/**
 * @param {JsonObject} payload
 * @param {JsonObject} record
 * @param {Say} say
 * @returns {string[][]} whom each legal basis lets work in what was asked
 */
function companies(payload, record, say) {
  /** @type {Map<Json | undefined, Json | undefined>} */
  const names = new Map();
  for (const process of list(record['dpv:hasProcess'])) {
    for (const each of list(object(process)['dpv:hasRecipient'])) {
      names.set(object(each)['dct:identifier'], object(each)['dpv:hasName']);
    }
  }
  const vendors = Object.entries(object(payload.vendors));
  const bases = new Set(vendors.flatMap(([, granted]) => Object.keys(object(granted))));
  return [...bases].sort().map((basis) => {
    const granted = vendors.filter(([, each]) => list(object(each)[basis]).some((key) => String(key) in object(payload.categories)));
    const found = granted.map(([key]) => String(names.get(key) ?? key));
    return [say('verify_fact_companies', { basis: say(`basis_${basis}`) }), found.join(', ') || say('history_nothing')];
  });
}

/**
 * @param {string[][]} rows
 * @param {string} [name] the class of the values
 * @returns {HTMLElement}
 */
function table(rows, name = '') {
  const lines = rows.map(([label, value]) => {
    const shown = element('bdi', name, value);
    return element('div', '', element('dt', '', label), element('dd', '', shown));
  });
  return element('dl', 'facts', ...lines);
}

/**
 * @param {string} language
 * @returns {(ms: Json | undefined) => string} moments as people write them, in UTC and saying so
 */
function clock(language) {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' });
  return (ms) => (typeof ms === 'number' && Math.abs(ms) <= 8.64e15 ? `${format.format(ms)} UTC` : '–');
}
