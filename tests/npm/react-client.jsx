/** Hydrates when the test says so: before or after the loader has run. */
import { hydrateRoot } from 'react-dom/client';
import * as client from '@consent-service/client';
import { Part, Whole } from './react.jsx';

window.client = client;
window.hydrated = [];
window.hydrate = (kind, loading) => {
  const [place, site] = kind === 'whole' ? [document, <Whole loading={loading} />] : [document.getElementById('app'), <Part loading={loading} />];
  const onRecoverableError = (error) => window.hydrated.push(String(error.message));
  window.site = hydrateRoot(place, site, { onRecoverableError });
};
