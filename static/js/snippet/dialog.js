/** A modal dialog of ours. Escape closes and decides nothing, Tab goes round, focus returns where it was. */

const STOPS = 'a[href],button,input:not([disabled]),select,textarea,[tabindex="0"]';

/**
 * @param {import('./types').Core} core
 * @param {HTMLDialogElement} dialog
 * @param {Element | null} opener
 * @param {() => void} closed
 * @returns {() => void} closes it
 */
export function showDialog({ show, page, back }, dialog, opener, closed) {
  let open = true;

  function close() {
    if (!open) return;
    open = false;
    dialog.remove();
    closed();
    back(opener);
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    event.stopPropagation();
    if (event.key === 'Escape') {
      event.preventDefault();
      close();
    } else if (event.key === 'Tab') turn(event);
  }

  /** @param {KeyboardEvent} event */
  function turn(event) {
    const stops = [...dialog.querySelectorAll(STOPS)].filter((each) => each.getClientRects().length);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const at = page.activeElement;
    const out = event.shiftKey ? at === first || !dialog.contains(at) : at === last || !dialog.contains(at);
    if (!out) return;
    event.preventDefault();
    /** @type {HTMLElement} */ (event.shiftKey ? last : first).focus();
  }

  dialog.addEventListener('keydown', keys);
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.addEventListener('close', close);
  show(dialog);
  // browsers of before 2022 have no modal dialogs: there the trap alone holds
  if (dialog.showModal) dialog.showModal();
  else dialog.setAttribute('open', '');
  /** @type {HTMLElement | null} */ (dialog.querySelector('[data-consent-action=close]'))?.focus();
  return close;
}
