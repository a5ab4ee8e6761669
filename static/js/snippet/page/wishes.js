/** Choices that are made without the center: by a program of the page, or at a frame. */
import { BASES, createDraft } from '../shared/draft.js';
import { core } from '../shared/lent.js';

/**
 * What a program of the page wishes: categories, and companies in the categories it lists for them.
 * @param {import('../types').Choice} choice
 * @param {any} named {vendor: {consent: [categories], legitimate_interest: [categories]}}
 * @returns {import('../types').Choice}
 */
export function deviating(choice, named) {
  const draft = createDraft(core);
  const { categories = {} } = choice;
  for (const key in categories) if (draft.holds(key) !== categories[key]) draft.turn(key, categories[key]);
  for (const { key, categories } of core.config.vendors) {
    for (const basis of BASES) {
      const list = named[key]?.[basis];
      if (Array.isArray(list)) for (const category of categories) draft.put(list.includes(category), category, key, basis);
    }
  }
  return { ...draft.choice(), ...choice, v: draft.choice().v };
}

/**
 * A frame that the visitor allows for good: its company in the frame's categories, or those altogether.
 * @param {HTMLElement} frame
 */
export function allowFrame(frame) {
  const draft = createDraft(core);
  const vendor = core.config.vendors.find((each) => each.key === frame.dataset.consentVendor);
  for (const key of core.marks(frame)) {
    if (vendor) draft.allow(true, key, vendor.key, 'consent');
    else draft.turn(key, true);
  }
  core.decide({ ...draft.choice(), layer: 'page' });
}
