/**
 * The live preview: whatever changes in the form beside it, or in the choice of a visitor, is shown a moment
 * later. The form is sent into the frame as it stands; nobody keeps it.
 */

const PAUSE = 600;
const WAY = 'consent.view';

const panel = /** @type {HTMLElement | null} */ (document.querySelector('[data-behaviour="preview"]'));
const view = /** @type {HTMLFormElement | null} */ (document.querySelector('#view'));
const edit = /** @type {HTMLFormElement | null} */ (document.querySelector('form#edit[data-part]'));
if (panel && view) start(panel, view);

/** @param {HTMLElement} panel @param {HTMLFormElement} view */
function start(panel, view) {
  let soon = 0;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(() => show(panel, view), PAUSE);
  };
  if (remembered(view)) show(panel, view);
  dressed(panel, view);
  for (const form of [view, edit]) form?.addEventListener('input', later);
  view.addEventListener('input', () => {
    dressed(panel, view);
    remember(view);
  });
  view.addEventListener('submit', (event) => {
    event.preventDefault();
    show(panel, view);
  });
}

/**
 * A fresh frame each time: then no look at the preview is a step of the browser's history.
 * @param {HTMLElement} panel
 * @param {HTMLFormElement} view
 */
function show(panel, view) {
  const old = panel.querySelector('iframe');
  if (!old) return;
  const frame = /** @type {HTMLIFrameElement} */ (old.cloneNode());
  frame.removeAttribute('src');
  old.replaceWith(frame);
  const sent = document.createElement('form');
  sent.method = 'post';
  sent.action = panel.dataset.url || '';
  sent.target = frame.name;
  sent.hidden = true;
  for (const [name, value] of fields(view)) {
    const field = document.createElement('input');
    field.type = 'hidden';
    field.name = name;
    field.value = value;
    sent.append(field);
  }
  document.body.append(sent);
  sent.submit();
  sent.remove();
}

/** @param {HTMLFormElement} view @returns {[string, string][]} */
function fields(view) {
  const whole = [...new FormData(view)];
  if (edit) whole.push(['part', edit.dataset.part || ''], ...[...new FormData(edit)].filter(([name]) => name !== 'form'));
  return whole.filter(/** @returns {pair is [string, string]} */ (pair) => typeof pair[1] === 'string');
}

/** @param {HTMLElement} panel @param {HTMLFormElement} view */
function dressed(panel, view) {
  const device = panel.querySelector('.device');
  const chosen = new FormData(view).get('view_device');
  if (device instanceof HTMLElement) device.dataset.device = `${chosen}`;
}

/** As whom one looks stays the same from page to page of the editor. @param {HTMLFormElement} view */
function remember(view) {
  const chosen = [...new FormData(view)].filter(([name]) => name.startsWith('view_'));
  sessionStorage.setItem(WAY, JSON.stringify(Object.fromEntries(chosen)));
}

/** @param {HTMLFormElement} view @returns {boolean} whether there is anything to remember */
function remembered(view) {
  /** @type {Record<string, string>} */
  let chosen;
  try {
    chosen = JSON.parse(sessionStorage.getItem(WAY) || '');
  } catch {
    return false;
  }
  for (const field of view.elements) {
    if (field instanceof HTMLInputElement && field.type === 'checkbox') field.checked = field.name in chosen;
    if (field instanceof HTMLSelectElement && field.name !== 'view_language' && [...field.options].some(({ value }) => value === chosen[field.name]))
      field.value = chosen[field.name];
  }
  return true;
}
