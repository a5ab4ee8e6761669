/** The second layer, loaded when it is first needed: the preference center. */
import { lend } from '../shared/lent.js';
import { createPanel } from './panel.js';
import css from './center.css';

lend(css, () => ({ enter: createPanel() }));
