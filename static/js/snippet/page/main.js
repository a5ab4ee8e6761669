/**
 * What a page needs beside banner and center, and only some pages do: removals after a refusal, decisions
 * made elsewhere, what is new since the choice, and places in the page.
 */
import { createElsewhere } from './elsewhere.js';
import { createEmbeds } from './embeds.js';
import { lend } from '../shared/lent.js';
import { news } from './news.js';
import { renew } from './renewal.js';
import { receipt } from '../shared/receipt.js';
import { sweep } from './removal.js';
import { askSignal } from './signal.js';
import { deviating } from './wishes.js';
import css from './page.css';

lend(css, (core) => ({ ...createElsewhere(core), embeds: createEmbeds(), news, sweep, renew, askSignal, receipt, deviating }));
