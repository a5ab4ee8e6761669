/** The look: a colour chosen in the browser's own picker is written into its field, and the other way round. */

for (const picker of document.querySelectorAll('input[type="color"][data-for]')) {
  if (!(picker instanceof HTMLInputElement)) continue;
  const field = document.getElementById(picker.dataset.for || '');
  if (!(field instanceof HTMLInputElement)) continue;
  picker.addEventListener('input', () => {
    field.value = picker.value;
    field.dispatchEvent(new Event('input', { bubbles: true }));
  });
  field.addEventListener('input', () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value;
  });
}
