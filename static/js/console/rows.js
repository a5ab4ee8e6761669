/** A table whose rows are chosen: one box in its head chooses all rows of the page. */

for (const form of document.querySelectorAll('[data-behaviour="rows"]')) {
  const head = form.querySelector('thead th');
  const boxes = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('tbody input[type="checkbox"]')]);
  if (!head || !boxes.length) continue;
  const all = document.createElement('input');
  all.type = 'checkbox';
  all.setAttribute('aria-label', head.textContent?.trim() || '');
  head.classList.add('pick');
  head.append(all);
  all.addEventListener('change', () => {
    for (const box of boxes) box.checked = all.checked;
  });
  form.addEventListener('change', () => {
    const chosen = boxes.filter((box) => box.checked).length;
    all.checked = chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  });
}
