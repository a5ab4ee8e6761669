/**
 * The Trusted Types policy "consent". It passes on only what the site itself marked in its own markup, and
 * our own second layer; text is never made into markup, so there is no rule for HTML.
 * @returns {import('./types').Trust}
 */
export function createTrust() {
  const same = (/** @type {string} */ text) => text;
  try {
    const policy = window.trustedTypes?.createPolicy('consent', { createScript: same, createScriptURL: same });
    if (policy) return { url: (text) => policy.createScriptURL(text), code: (text) => policy.createScript(text) };
  } catch {
    // the page allows no policy of that name: then its own rules decide
  }
  return { url: same, code: same };
}
