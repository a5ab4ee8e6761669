/**
 * Where the service stands on the site's own host it sets the cookie, too: some browsers keep one that a
 * script wrote for a week only. The loader's own requests carry no cookies, so that no late answer can bring
 * back a decision that has been changed; this one is given up as soon as one is.
 */
import { core } from '../shared/lent.js';

/** Which cookie was set by HTTP. */
const KEY = 'consent.renewed';

/** @returns {string} what tells one writing of the cookie from another */
function written() {
  const { t, r, h } = core.view.stored || {};
  return [t, r, h].join();
}

export async function renew() {
  const { stored } = core.view;
  const name = written();
  // while a removal is owed the cookie will be written once more
  if (!stored?.s || stored.p || !core.queue.empty() || localStorage[KEY] === name) return;
  const stop = new AbortController();
  const end = core.subscribe(() => written() !== name && stop.abort());
  try {
    const body = JSON.stringify({ subject: stored.s });
    const answer = await fetch(core.base + 'state', { method: 'POST', body, signal: stop.signal, credentials: 'same-origin' });
    await answer.text();
    if (answer.ok) localStorage[KEY] = name;
  } catch {
    // the next page tries again
  }
  end();
}
