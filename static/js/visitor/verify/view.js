/** What a check found, as elements: the verdict, each step, what is proved and what is not. */
import { element } from './element.js';
import { facts } from './facts.js';

/** @import { Report, Step, StepName, Values } from './types' */

/** @type {StepName[]} */
const ORDER = ['file', 'leaf', 'place', 'signature', 'opening', 'words', 'agreement'];
const MARKS = { holds: '✓', fails: '✗', open: '?' };
/** @typedef {(key: string, values?: Values) => string} Say */

/**
 * @param {Record<string, string>} words
 * @returns {Say} a text with its values put in; what they hold is never read as a template
 */
export const speaker = (words) => (key, values = {}) =>
  (words[key] ?? key).replace(/\{([a-z_]+)\}/g, (place, name) => String(values[name] ?? place));

/**
 * @param {Report} report
 * @param {{say: Say, language: string, name: string, isOwn: boolean, isTrimmed: boolean}} about
 * @returns {HTMLElement[]}
 */
export function view(report, { say, language, name, isOwn, isTrimmed }) {
  const isSpelled = report.receipt?.spelled !== false && !isTrimmed;
  const verdict = element('div', `verdict ${report.verdict}`, heading(`${MARKS[report.verdict]} `, say(`verify_${report.verdict}`)));
  verdict.append(element('p', '', say(`verify_${report.verdict}_text`)));
  if (!isSpelled && report.verdict !== 'fails') verdict.append(element('p', 'spelling', say('verify_spelling')));
  verdict.append(element('p', 'quiet', say('verify_checked', { name })));
  const steps = [element('h2', '', say('verify_steps')), element('ol', 'steps', ...ordered(report.steps).map((step) => line(step, say)))];
  if (report.verdict === 'fails' || !report.payload) return [verdict, ...steps];
  return [verdict, ...limits(report, say, isOwn), ...facts(report, { say, language }), ...steps];
}

/**
 * @param {string} mark
 * @param {string} text
 * @returns {HTMLElement}
 */
function heading(mark, text) {
  const sign = element('span', '', mark);
  sign.ariaHidden = 'true';
  const made = element('h2', '', sign, text);
  made.tabIndex = -1;
  return made;
}

/** @param {Step[]} steps */
const ordered = (steps) => [...steps].sort((one, other) => ORDER.indexOf(one.name) - ORDER.indexOf(other.name));

/**
 * @param {Step} step
 * @param {Say} say
 * @returns {HTMLElement}
 */
function line({ name, state, faults }, say) {
  const mark = element('span', 'mark', MARKS[state]);
  mark.ariaHidden = 'true';
  const made = element('li', state, mark, element('span', '', say(`verify_step_${name}`)), element('span', 'state', say(`verify_state_${state}`)));
  made.dataset.step = name;
  made.append(...faults.map(({ code, values }) => element('p', 'why', say(`verify_why_${code}`, values))));
  return made;
}

/**
 * @param {Report} report
 * @param {Say} say
 * @param {boolean} isOwn
 * @returns {HTMLElement[]}
 */
function limits({ verdict, checkpoint, index, signer, others }, say, isOwn) {
  if (verdict !== 'holds' || !checkpoint || !signer) return [];
  const source = isOwn ? 'own' : 'page';
  const proved = [
    say('verify_proved_decision', { place: index + 1, size: checkpoint.size, log: checkpoint.origin }),
    say(`verify_proved_${source}`, { id: signer.id }),
    say('verify_proved_order'),
  ];
  const open = [say('verify_not_date'), say('verify_not_later'), say(`verify_not_${source}`)];
  if (others) open.push(say('verify_not_others', { count: others }));
  return [
    element('h2', '', say('verify_proved')),
    element('ul', 'sentences', ...proved.map((text) => element('li', '', text))),
    element('h2', '', say('verify_not_proved')),
    element('ul', 'sentences', ...open.map((text) => element('li', '', text))),
  ];
}
