/** Read by `tsc`, never run: what the editor accepts, and what it refuses. */
import type { State as SnippetState } from '../../../static/js/snippet/types.js';
import { getState, has, load, set, stub, subscribe, type State } from '@consent-service/client';
import { ConsentGate, useConsent } from '@consent-service/client/react';
import { useConsent as useInVue } from '@consent-service/client/vue';

// the snippet and the package say the same of the state, field by field
const alike: Record<keyof SnippetState, unknown> & SnippetState = getState();
const likewise: Record<keyof State, unknown> & State = alike;

const state: State = getState();
const performance: boolean = state.categories.performance;
// @ts-expect-error nobody changes the state by hand
state.decided = true;
// @ts-expect-error nor a category
state.categories.performance = true;

load({ service: 'https://consent.example', site: 'shop', layout: 'panel-left' });
// @ts-expect-error there is no such layout
load({ service: 'https://consent.example', site: 'shop', layout: 'top' });
// @ts-expect-error a mode the service does not speak
stub({ modes: ['meta'] });
// @ts-expect-error a category is on or off
set({ categories: { performance: 'yes' } });
set({ categories: { performance: true }, vendors: { acme: { consent: ['targeting'] } } });

const granted: boolean = has('performance', 'acme');
const leave: () => void = subscribe((next, changed) => changed.includes('performance') && next.decided);

const hook: State = useConsent();
const asked: boolean = useConsent('performance');
// @ts-expect-error a hook for a category gives a boolean
const wrong: State = useConsent('performance');
ConsentGate({ category: 'functional', fallback: 'Maps need your consent', children: 'map' });
// @ts-expect-error a gate needs a category
ConsentGate({ children: 'map' });

const inVue: boolean = useInVue('performance').value || useInVue().value.decided;
// @ts-expect-error what follows from the choice cannot be set
useInVue('performance').value = true;

document.addEventListener('consent:change', ({ detail }) => detail.changed.map((key) => detail.state.categories[key]));
document.addEventListener('consent:error', ({ detail }) => detail.reason.toUpperCase());
window.consent?.q.push(['open'], ['set', { categories: {} }]);
// @ts-expect-error before the loader has run there is only the queue
window.consent?.get();
if (window.consent?.get) window.consent.get().decided satisfies boolean;
