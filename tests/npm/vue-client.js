/** Hydrates when the test says so: before or after the loader has run. */
import * as client from '@consent-service/client';
import { createSite } from './vue.js';

window.client = client;
window.hydrated = [];
window.hydrate = (_, loading) => {
  window.site = createSite(loading);
  window.site.mount('#app');
};
