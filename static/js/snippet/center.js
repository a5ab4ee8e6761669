/**
 * The second layer, loaded when it is first needed: the preference center, removals after a refusal,
 * decisions made elsewhere, and places in the page. It hands itself to the first in an event on its own
 * script element.
 */
import { createElsewhere } from './elsewhere.js';
import { createEmbeds } from './embeds.js';
import { createPanel } from './panel.js';
import { receipt } from './receipt.js';
import { sweep } from './removal.js';
import { askSignal } from './signal.js';
import { deviating } from './vendors.js';
import css from './center.css';

/**
 * @param {import('./types').Core} core
 * @returns {import('./types').Part}
 */
function create(core) {
  core.host.style(css);
  return {
    ...createPanel(core),
    ...createElsewhere(core),
    embeds: createEmbeds(core),
    sweep: (before, sent) => sweep(core, before, sent),
    receipt: () => receipt(core),
    askSignal: (into, yes, keep) => askSignal(core, into, yes, keep),
    deviating: (choice, named) => deviating(core, choice, named),
  };
}

const script = Reflect.get(Document.prototype, 'currentScript', document);
script?.dispatchEvent(new CustomEvent('consent-part', { detail: create }));
