/**
 * The second layer, loaded when it is first needed: the preference center, removals after a refusal,
 * decisions made elsewhere, and places in the page. It leaves what makes it on its own script element,
 * where the first finds it.
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
  core.dress(css);
  return {
    ...createElsewhere(core),
    enter: createPanel(core),
    embeds: createEmbeds(core),
    sweep: (before) => sweep(core, before),
    receipt: () => receipt(core),
    askSignal: (into, go) => askSignal(core, into, go),
    deviating: (choice, named) => deviating(core, choice, named),
  };
}

/** @type {any} */ (Reflect.get(Document.prototype, 'currentScript', document)).consent = create;
