/** One category in the preference center: its name, what it is for, and its switch. */

/**
 * @param {import('./types').Core} core
 * @param {import('./types').Texts} texts
 * @param {import('./types').Category} category
 * @param {Map<string, boolean>} draft
 * @returns {HTMLElement}
 */
export function categoryBlock(core, texts, category, draft) {
  const { make, view } = core;
  const { key, locked } = category;
  const id = 'consent-category-' + key;
  const name = texts[`category_${key}_name`] || key;
  const silenced = view.gpc && !locked && (category.gpc ?? key === 'targeting') && !draft.get(key);
  return make(
    'div',
    { class: 'category', 'data-consent-category': key },
    make(
      'div',
      { class: 'line' },
      make('h4', {}, locked ? name : make('label', { for: id }, name)),
      locked ? make('p', { class: 'always' }, texts.always_active) : toggle(core, texts, key, id, draft),
    ),
    make('p', { id: id + '-text' }, texts[`category_${key}_text`]),
    silenced && make('p', { class: 'signal' }, texts.gpc_honoured),
  );
}

/**
 * A native checkbox that looks like a switch. The words beside it are for the eye: the box says it already.
 * @param {import('./types').Core} core
 * @param {import('./types').Texts} texts
 * @param {string} key
 * @param {string} id
 * @param {Map<string, boolean>} draft
 */
function toggle({ make }, texts, key, id, draft) {
  const word = make('span', { 'aria-hidden': 'true' });
  const box = make('input', { type: 'checkbox', id, 'data-consent-category': key, 'aria-describedby': id + '-text' });
  const show = () => (word.textContent = box.checked ? texts.state_on : texts.state_off);
  box.checked = !!draft.get(key);
  box.onchange = () => {
    draft.set(key, box.checked);
    show();
  };
  show();
  return make('div', { class: 'switch' }, word, box);
}
