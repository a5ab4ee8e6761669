/** Where the visitor is, and so which rule holds: said by the page, by an earlier decision, or asked for. */
import { STRICT, differ, ruleFor } from './rules.js';
import { REGION } from './tag.js';

/**
 * @param {import('./types').Config} config
 * @param {string | null} said by the site on our tag
 * @param {import('./types').Stored | null} stored
 */
export function createPlace({ regions }, said, stored) {
  let region = said || stored?.g || null;
  let source = said ? 'attribute' : 'unknown';
  let known = region || !differ(regions);

  return {
    source: () => source,
    view() {
      const rule = known ? ruleFor(regions, region) : STRICT;
      return { rule, region, gpc: navigator.globalPrivacyControl === true && rule.gpc !== 'ignore' };
    },
    /**
     * Ask the service where it matters; a second without an answer leaves the strictest rule.
     * @param {() => Promise<import('./types').Reply>} ask
     */
    async locate(ask) {
      if (known || stored) return;
      const { status, json } = await ask();
      if (status !== 200 || !json) return;
      region = REGION.test(json.region) ? json.region : null;
      source = json.source;
      known = true;
    },
  };
}
