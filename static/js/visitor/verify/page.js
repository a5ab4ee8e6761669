/** The page that checks a receipt: takes a file, a drop or a text; asks no one and sends nothing. */
import { decoded, read } from './bytes.js';
import { check } from './check.js';
import { Fault } from './fault.js';
import * as notes from './note.js';
import { HEADER } from './proof.js';
import { speaker, view } from './view.js';

/** @import { Key, Report } from './types' */
/** @typedef {{text: string | null, name: string, isTrimmed: boolean}} Given */

const part = (/** @type {string} */ name) => /** @type {HTMLElement} */ (document.querySelector(name));
const form = part('form[data-verify]');
const result = part('[data-result]');
const file = /** @type {HTMLInputElement} */ (part('#file'));
const pasted = /** @type {HTMLTextAreaElement} */ (part('#text'));
const own = /** @type {HTMLTextAreaElement} */ (part('#own'));
const drop = part('[data-drop]');
const { keys, words, language } = JSON.parse(form.dataset.verify ?? '');
const say = speaker(words);

/** @type {Given | null} */
let last = null;
let turn = 0;

/** @param {File} chosen */
async function take(chosen) {
  last = { text: read(new Uint8Array(await chosen.arrayBuffer())), name: chosen.name, isTrimmed: false };
  await show({ isMoved: true });
}

/** @returns {Given} what was pasted; copying loses or adds line breaks at the ends */
function paste() {
  const text = pasted.value;
  const trimmed = text.trim();
  const whole = trimmed.startsWith(HEADER) ? `${trimmed}\n` : text;
  return { text: whole, name: say('verify_pasted'), isTrimmed: whole !== text };
}

/** @returns {Promise<Key[] | null>} the keys that count; null where one was mistyped, which is said */
async function known() {
  const vkeys = own.value.split('\n').map((line) => line.trim()).filter(Boolean);
  const error = part('#own-error');
  error.textContent = '';
  own.removeAttribute('aria-invalid');
  if (!vkeys.length) {
    return keys.map((/** @type {string} */ coded) => ({ public: decoded(coded), name: null }));
  }
  try {
    return await Promise.all(vkeys.map(notes.key));
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    error.textContent = say(`verify_why_${fault.code}`, fault.values);
    own.setAttribute('aria-invalid', 'true');
    return null;
  }
}

/** @returns {Report} */
const noText = () => ({
  verdict: 'fails',
  steps: [{ name: 'file', state: 'fails', faults: [{ code: 'text', values: {} }] }],
  receipt: null,
  checkpoint: null,
  index: 0,
  signer: null,
  others: 0,
  payload: null,
});

/** @param {{isMoved: boolean}} how whether to lead the reader to the verdict */
async function show({ isMoved }) {
  if (!last) return;
  const given = last;
  const mine = (turn += 1);
  // Nothing of the file before stays in sight while the next one is read.
  result.hidden = true;
  const counting = await known();
  const report = counting && (given.text === null ? noText() : await check(given.text, counting));
  if (!report || mine !== turn) return;
  const { name, isTrimmed } = given;
  result.replaceChildren(...view(report, { say, language, name, isOwn: Boolean(own.value.trim()), isTrimmed }));
  result.hidden = false;
  if (isMoved) /** @type {HTMLElement} */ (result.querySelector('h2')).focus();
}

file.addEventListener('change', () => {
  const [chosen] = file.files ?? [];
  if (chosen) take(chosen);
});
form.addEventListener('submit', (event) => {
  event.preventDefault();
  last = paste();
  show({ isMoved: true });
});
own.addEventListener('change', () => show({ isMoved: false }));
for (const name of ['dragenter', 'dragover']) {
  document.addEventListener(name, (event) => {
    event.preventDefault();
    drop.classList.add('over');
  });
}
document.addEventListener('dragleave', (event) => {
  if (!event.relatedTarget) drop.classList.remove('over');
});
document.addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  const [chosen] = event.dataTransfer?.files ?? [];
  if (chosen) take(chosen);
});
// Choosing the same file again, changed meanwhile, checks it again.
file.addEventListener('click', () => {
  file.value = '';
});
part('[data-no-script]').hidden = true;
form.hidden = false;
