/** A button that copies what stands in the field beside it; without a clipboard there is no button. */

for (const place of document.querySelectorAll('[data-behaviour="copy"]')) {
  const field = place.querySelector('textarea');
  const button = place.querySelector('button');
  if (!field || !button || !navigator.clipboard) continue;
  const [text] = button.childNodes;
  const before = text.textContent;
  button.hidden = false;
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(field.value);
    text.textContent = button.dataset.done || before;
    setTimeout(() => (text.textContent = before), 2000);
  });
}
