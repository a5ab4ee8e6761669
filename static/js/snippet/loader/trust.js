/**
 * The Trusted Types policy "consent". It passes on only what the site itself marked in its own markup, and
 * our own second layer; text is never made into markup, so there is no rule for HTML.
 * @returns {import('../types').Trust}
 */
export function createTrust() {
  const same = (/** @type {string} */ text) => text;
  const rules = { createScript: same, createScriptURL: same };
  try {
    return /** @type {any} */ (window).trustedTypes.createPolicy('consent', rules);
  } catch {
    // a browser without such types, or a page that allows no policy of that name: then its own rules decide
    return rules;
  }
}
