/** A modal dialog of ours. Escape closes and decides nothing, Tab goes round, focus returns where it was. */

import { core, page } from '../shared/lent.js';

const STOPS = 'a[href],button,input,[tabindex="0"]';

/**
 * @param {HTMLDialogElement} dialog
 * @param {Element | null | undefined} opener
 * @param {() => void} closed
 * @returns {() => void} closes it
 */
export function showDialog(dialog, opener, closed) {
  let open = true;
  /** @returns {any} what lies over the rest of the dialog, and can be left */
  const popover = () => dialog.querySelector('[role=dialog]');

  function close() {
    if (!open) return;
    open = false;
    dialog.remove();
    closed();
    core.back(opener);
  }

  /** @param {KeyboardEvent} event */
  function keys(event) {
    event.stopPropagation();
    if (event.key === 'Escape') {
      event.preventDefault();
      (popover()?.leave || close)();
    } else if (event.key === 'Tab') turn(event, popover() || dialog);
  }

  /** @param {KeyboardEvent} event @param {HTMLElement} within */
  function turn(event, within) {
    const stops = /** @type {HTMLElement[]} */ ([...within.querySelectorAll(STOPS)]).filter((each) => each.tabIndex >= 0 && each.getClientRects().length);
    const [first, last] = [stops[0], stops[stops.length - 1]];
    const [edge, other] = event.shiftKey ? [first, last] : [last, first];
    if (page.activeElement !== edge && within.contains(page.activeElement)) return;
    event.preventDefault();
    other.focus();
  }

  /** A click beside the popover leaves it, and does nothing else. @param {MouseEvent} event */
  function beside(event) {
    const over = popover();
    if (!over || over.contains(event.target)) return;
    event.preventDefault();
    event.stopPropagation();
    over.leave();
  }

  dialog.addEventListener('keydown', keys);
  dialog.addEventListener('click', beside, true);
  dialog.addEventListener('cancel', (event) => event.preventDefault());
  dialog.addEventListener('close', close);
  // where a scroll bar takes room, its room stays when it goes
  dialog.toggleAttribute('data-consent-gutter', innerWidth > page.documentElement.clientWidth);
  core.show(dialog);
  dialog.showModal();
  /** @type {HTMLElement | null} */ (dialog.querySelector('[data-consent-action=close]'))?.focus();
  return close;
}
