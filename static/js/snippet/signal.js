/**
 * Ask before a privacy signal is overridden, in the place of the buttons that were pressed.
 * @param {import('./types').Core} core
 * @param {HTMLElement} into
 * @param {(overriding: boolean) => void} go
 */
export async function askSignal({ make, button, speech }, into, go) {
  const texts = await speech();
  const question = make('p', { class: 'wide', tabindex: '-1' }, texts.gpc_override);
  into.replaceChildren(
    question,
    button('accept-all', texts.accept_all, () => go(true)),
    button('keep-signal', texts.gpc_keep, () => go(false)),
  );
  question.focus();
}
