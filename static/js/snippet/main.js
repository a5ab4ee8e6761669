/**
 * The first layer: reads the decision, asks for one, keeps it, releases what waits. What is needed only
 * after a press - preference center, removals, the way back from hosted pages - is in center.js. This
 * module makes the parts and owns the `core`, by which they reach each other.
 */
import { publish } from './api.js';
import { listen } from './clicks.js';
import { createDesk, kept } from './desk.js';
import { button, link, make } from './dom.js';
import { emit, fail } from './events.js';
import { createFocus } from './focus.js';
import { complete, has, snapshot } from './grants.js';
import { takeToken } from './handover.js';
import { createHost } from './host.js';
import { createLayers } from './layers.js';
import { ask } from './net.js';
import { page } from './page.js';
import { createParts } from './parts.js';
import { createRelease, marks } from './release.js';
import { differ, placed } from './rules.js';
import { createStore, readCookie } from './store.js';
import { languageOf, ownTag } from './tag.js';
import { pause, seconds } from './time.js';
import { createTrust } from './trust.js';
import css from './banner.css';

/** What in a page needs the second layer without a press. */
const EMBEDS =
  'iframe[data-consent]:not([data-consent-released]),[data-consent-status],[data-consent-cookie-table],[data-consent-open]:not(a,button)';

/** @param {import('./types').Config} config */
function start(config) {
  const { regions, service, site, language } = config;
  const tag = ownTag(config);
  const found = readCookie();
  const here = placed(regions, tag.region || found?.g);
  const known = here.region || !differ(regions);
  const view = { config, stored: found, ...(known ? here : placed([], null)) };
  /** Not again at every change of the page once it failed. */
  let embedding = true;

  /** @type {import('./types').Core} */
  const core = /** @type {any} */ ({
    button, link, make, config, page, kept, has, marks, fail, ask, view,
    state: snapshot(view),
    trust: createTrust(),
    nonce: tag.nonce,
    layout: tag.layout || config.layout,
    source: here.region === tag.region ? 'attribute' : 'unknown',
    base: `${service}/v1/sites/${site}/`,
    words: config.texts,
    spoken: language,
    wanted: languageOf(config, tag.language),
    /** From here on the visitor's language is spoken. @param {import('./types').Texts} texts */
    speak(texts) {
      core.words = { ...core.words, ...texts };
      core.address((core.spoken = core.wanted));
    },
  });
  Object.assign(core, createParts(core), createRelease(core), createHost(core), createStore(core), createDesk(core), createLayers(core));
  core.back = createFocus(core.root);
  const { queue, scan, subscribe } = core;

  async function locate() {
    const { json } = known || found ? /** @type {any} */ ({}) : await ask(core.base + 'region', undefined, 1000);
    if (json) {
      core.source = json.source;
      core.update(placed(regions, json.region));
    }
    emit('ready', { state: core.state });
    return core.state;
  }

  /** The visitor may come back from another tab, or another page. */
  function follow() {
    core.reread();
    if (core.view.stored?.h) core.run('check');
  }

  function look() {
    scan();
    if (page.readyState === 'loading') return;
    core.mount();
    if (embedding && page.querySelector(EMBEDS)) core.run('embeds').then((done) => (embedding = done));
  }

  async function parsed() {
    core.dress(css);
    core.address(language);
    look();
    await located;
    // texts that are late do not delay the question: then it is asked in the notice's own language
    if (core.wanted !== language && !complete(core.view)) await Promise.race([core.speech().then(core.speak, () => 0), pause(1500)]);
    subscribe(core.settle);
    core.question();
  }

  const token = takeToken();
  // What a page of the service may have changed comes first: nothing runs on a grant that is gone.
  if (token) core.hold(core.run('handover', token));
  else if (found?.h) core.hold(core.run('check'));
  const located = locate();
  publish(core, located);
  subscribe(scan);
  new MutationObserver(look).observe(page.documentElement, { childList: true, subtree: true });
  listen(core.enter, (href) => href.startsWith(service + '/privacy/') && core.note({ h: seconds() }));
  if (page.readyState === 'loading') page.addEventListener('DOMContentLoaded', parsed);
  else parsed();

  if (found?.p) core.run('sweep', core.state);
  if (found) queue.flush();
  addEventListener('online', queue.flush);
  for (const name of ['pageshow', 'storage', 'visibilitychange']) addEventListener(name, follow);
}

try {
  if (typeof /** @type {any} */ (window).consent?.get !== 'function') start(/** @type {any} */ (CONFIG));
} catch (error) {
  fail(error);
}
