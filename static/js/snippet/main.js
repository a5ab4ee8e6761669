/**
 * The first layer: reads the decision, asks for one, keeps it, releases what waits. What is needed only
 * after a press - preference center, removals, the way back from hosted pages - is in center.js. This
 * module makes the parts and owns the `core`, by which they reach each other.
 */
import { publish, standing } from './api.js';
import { choose } from './choice.js';
import { listen } from './clicks.js';
import { checked } from './config.js';
import { fits } from './cookie.js';
import { createDesk, kept } from './desk.js';
import { button, link, make, safe } from './dom.js';
import { createFocus } from './focus.js';
import { complete, granted, has, refused, vendorGrants } from './grants.js';
import { takeToken } from './handover.js';
import { createHost } from './host.js';
import { createLayers } from './layers.js';
import { ask } from './net.js';
import { page } from './page.js';
import { createParts } from './parts.js';
import { createPlace } from './place.js';
import { KEY } from './queue.js';
import { createRelease, marks } from './release.js';
import { createStore, readCookie, seconds } from './store.js';
import { languageOf, ownTag } from './tag.js';
import { createTrust } from './trust.js';
import css from './banner.css';

/** What in a page needs the second layer without a press. */
const EMBEDS =
  'iframe[data-consent]:not([data-consent-released]),[data-consent-status],[data-consent-cookie-table],[data-consent-open]:not(a,button,[role])';

const emit = (/** @type {string} */ name, /** @type {object} */ detail) =>
  page.dispatchEvent(new CustomEvent('consent:' + name, { detail }));
const fail = (/** @type {unknown} */ reason) => void emit('error', { reason: '' + reason });

/** @param {import('./types').Config} config */
function start(config) {
  const tag = ownTag(config);
  const trust = createTrust();
  const found = readCookie();
  const place = createPlace(config, tag.region, found);
  const language = languageOf(config, tag.language);
  let embedding = true;
  let spoken = config.language;
  let words = config.texts;

  /** @type {import('./types').Core} */
  const core = /** @type {any} */ ({
    button, link, make, safe, config, page, language, kept, choose, fits, granted, vendorGrants, marks, fail, ask,
    ...createStore({ config, stored: found, ...place.view() }, emit),
    ...createParts(config, language, tag.nonce, trust, () => core),
    ...createRelease((key, vendor) => core.has(key, vendor), (key) => refused(core.view(), key), trust),
    has: (/** @type {string} */ key, /** @type {string} */ vendor) => has(core.view(), key, vendor),
    words: () => words,
    about: () => ({ language: spoken, region_source: place.source(), layout: tag.layout || config.layout }),
    address: (/** @type {string} */ path) => `${config.service}/v1/sites/${config.site}/${path}`,
    host: createHost(config, tag.nonce),
    /** From here on the visitor's language is spoken. @param {import('./types').Texts} texts */
    speak(texts) {
      words = { ...words, ...texts };
      spoken = language;
      core.host.speak(language);
    },
  });
  const { host, view, reread, note } = core;
  core.back = createFocus(host.root);
  Object.assign(core, createDesk(core), createLayers(core));

  const located = place.locate(() => ask(core.address('region'), undefined, 1000)).then(() => core.update(place.view()));
  publish(core, located.then(() => (emit('ready', { state: core.state() }), core.state())));

  function follow() {
    if (reread()) core.scan();
    if (view().stored?.h) core.part().then((part) => part.check()).catch(fail);
  }

  function look() {
    core.scan();
    if (page.readyState === 'loading') return;
    host.mount();
    if (embedding && page.querySelector(EMBEDS)) core.part().then((part) => part.embeds()).catch(give);
  }

  /** Not again at every change of the page. @param {unknown} reason */
  function give(reason) {
    embedding = false;
    fail(reason);
  }

  async function parsed() {
    host.style(css);
    host.speak(spoken);
    look();
    await located;
    // texts that are late do not delay the question: then it is asked in the notice's own language
    if (language !== spoken && !complete(view())) {
      await Promise.race([core.texts().then(core.speak, () => 0), new Promise((then) => setTimeout(then, 1500))]);
    }
    core.subscribe(core.settle);
    core.question();
    core.scan();
  }

  core.scan();
  new MutationObserver(look).observe(page.documentElement, { childList: true, subtree: true });
  listen(core.open, (href) => href.startsWith(config.service + '/privacy/') && note({ h: seconds() }));
  if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', parsed);
  else parsed();

  const token = takeToken();
  if (token) core.part().then((part) => part.handover(token)).catch(fail);
  if (found) {
    core.queue.flush();
    if (found.p) core.sweep(core.state());
    if (!token) follow();
  }
  addEventListener('online', core.queue.flush);
  addEventListener('storage', ({ key }) => key === KEY && follow());
  addEventListener('pageshow', follow);
  page.addEventListener('visibilitychange', follow);
}

try {
  const config = checked(CONFIG);
  if (!config) fail('configuration');
  else if (!standing()?.get) start(config);
} catch (error) {
  fail(error);
}
