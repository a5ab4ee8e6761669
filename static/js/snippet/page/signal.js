/** A question before a privacy signal is overridden. */
import { button, core, make, say } from '../shared/lent.js';

/**
 * Ask before a privacy signal is overridden, in the place of the buttons that were pressed.
 * @param {HTMLElement} into
 * @param {(overriding: boolean) => void} go
 */
export async function askSignal(into, go) {
  await core.speech();
  const question = make('p', { class: 'wide', tabindex: '-1' }, say('gpc_override'));
  into.replaceChildren(
    question,
    button('accept-all', say('accept_all'), () => go(true)),
    button('keep-signal', say('gpc_keep'), () => go(false)),
  );
  question.focus();
  return true;
}
