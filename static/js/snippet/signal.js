/**
 * Ask before a privacy signal is overridden, in the place of the buttons that were pressed.
 * @param {import('./types').Core} core
 * @param {HTMLElement} into
 * @param {() => void} yes
 * @param {() => void} keep
 */
export async function askSignal({ make, button, texts }, into, yes, keep) {
  const say = await texts();
  const question = make('p', { class: 'wide', tabindex: '-1' }, say.gpc_override);
  into.replaceChildren(question, button('accept-all', say.accept_all, yes), button('keep-signal', say.gpc_keep, keep));
  question.focus();
}
