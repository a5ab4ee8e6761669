/**
 * The first layer: reads the decision, asks for one, keeps it, releases what waits. What is needed only
 * after a press, or only by some pages, is in two parts that it loads; `core` is what they reach it by.
 */
import { publish } from './api.js';
import { listen } from './clicks.js';
import { apply, decide, kept, press, queue } from './desk.js';
import { button, link, make } from './dom.js';
import { emit, fail } from './events.js';
import { back } from './focus.js';
import { complete, signalled } from './grants.js';
import { takeToken } from './handover.js';
import { base, config, layout, wanted } from './here.js';
import { announce, dress, mount, root, show, speak, spoken, words } from './host.js';
import { enter, offer, put, question, settle } from './layers.js';
import { ask } from './net.js';
import { page } from './page.js';
import { lend, listed, run, speech } from './parts.js';
import { hold, marks, passing, release, scan, used } from './release.js';
import { allows, found, locate, located, note, reread, state, subscribe, view } from './store.js';
import { pause, seconds } from './time.js';
import css from './banner.css';

/** What in a page needs the page part without a press. */
const EMBEDS = 'iframe[data-consent],[data-consent-status],[data-consent-cookie-table],[data-consent-open]:not(a,button)';

/** Not again at every change of the page once it failed. */
let embedding = true;

lend({
  button, link, make, config, page, kept, has: allows, marks, fail, ask, root, back, base, layout, press, apply, decide, queue,
  announce, dress, show, enter, offer, put, listed, release, scan, used, note, subscribe, signalled, speech: spokenFor,
  get state() {
    return state;
  },
  get view() {
    return view;
  },
  get words() {
    return words;
  },
  get spoken() {
    return spoken;
  },
});

/** The texts in the visitor's language, which is spoken from then on. */
async function spokenFor() {
  const part = await speech();
  speak(wanted, part.texts);
  return part;
}

async function placing() {
  await passing;
  const { json } = located || found ? /** @type {any} */ ({}) : await ask(base + 'region', undefined, 1000);
  if (json) locate(json);
  emit('ready', { state });
  return state;
}

/** The visitor may come back from another tab, or another page. */
function follow() {
  if (view.stored?.h) run('check', state);
  reread();
}

function look() {
  scan();
  if (page.readyState === 'loading') return;
  mount();
  if (embedding && (config.options?.reopen_button || page.querySelector(EMBEDS))) run('embeds').then((done) => (embedding = done));
}

async function parsed() {
  dress(css);
  speak(config.language);
  look();
  await ready;
  // texts that are late do not delay the question: then it is asked in the notice's own language
  if (wanted !== config.language && !complete(view)) await Promise.race([spokenFor().catch(() => 0), pause(1500)]);
  subscribe(settle);
  question();
}

const token = takeToken();
// What a page of the service may have changed comes first: nothing runs on a grant that is gone.
if (token) hold(run('handover', token));
else if (found?.h) hold(run('check'));
const ready = placing();
publish(ready);
subscribe(scan);
// on the site's own host: once the service has the decision it sets the cookie, too
if (config.renew) subscribe(({ recordId }) => recordId && run('renew'));
new MutationObserver(look).observe(page.documentElement, { childList: true, subtree: true });
listen(enter, (href) => href.startsWith(config.service + '/privacy/') && note({ h: seconds() }));
if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', parsed);
else parsed();

if (found?.p) run('sweep', state);
if (found) queue.flush();
addEventListener('online', queue.flush);
for (const name of ['pageshow', 'storage', 'visibilitychange']) addEventListener(name, follow);
