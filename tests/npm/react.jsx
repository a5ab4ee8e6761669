/** A small site of two views in React: what is rendered on the server is hydrated in the browser. */
import { StrictMode, useEffect, useState } from 'react';
import { load, withdraw } from '@consent-service/client';
import { ConsentGate, useConsent } from '@consent-service/client/react';

const SERVICE = 'https://consent.example';
const VENDORS = 'https://vendors.example';

function Today() {
  return (
    <section id="today">
      <h1>Today</h1>
      <div>
        <script type="text/plain" data-consent="performance" data-src={`${VENDORS}/vendors/hotjar/hotjar.js`} suppressHydrationWarning />
      </div>
    </section>
  );
}

function Harbours() {
  return (
    <section id="harbours">
      <h1>Harbours</h1>
      <div>
        <script type="text/plain" data-consent="performance" data-src={`${VENDORS}/vendors/microsoft-clarity/clarity.js`} suppressHydrationWarning />
      </div>
      <ConsentGate category="functional" vendor="youtube" fallback={<p id="film">Films need your consent.</p>}>
        <iframe id="film" title="A film" src={`${VENDORS}/vendors/youtube/embed.html`} />
      </ConsentGate>
    </section>
  );
}

function App({ loading }) {
  const [view, go] = useState('today');
  const { decided } = useConsent();
  const measured = useConsent('performance');
  useEffect(() => {
    if (loading) load({ service: SERVICE, site: 'demo' });
  }, [loading]);
  useEffect(() => {
    const follow = () => go(location.hash.slice(1) || 'today');
    addEventListener('popstate', follow);
    return () => removeEventListener('popstate', follow);
  }, []);
  const visit = (name) => () => {
    history.pushState({}, '', `#${name}`);
    go(name);
  };
  return (
    <div id="site">
      <p id="state">{`${decided ? 'decided' : 'undecided'}, ${measured ? 'measured' : 'not measured'}`}</p>
      <button onClick={visit('today')}>Go to today</button>
      <button onClick={visit('harbours')}>Go to harbours</button>
      <button onClick={() => withdraw()}>No more</button>
      <a href={`${SERVICE}/privacy/demo`} data-consent-open>
        Cookie Preferences
      </a>
      {view === 'today' ? <Today /> : <Harbours />}
    </div>
  );
}

/** The site in an element of a page that a template rendered. */
export const Part = (props) => (
  <StrictMode>
    <App {...props} />
  </StrictMode>
);

/** The site as the whole document, as Next.js and Remix have it. */
export const Whole = ({ loading }) => (
  <html lang="en">
    <head>
      <meta charSet="utf-8" />
      <title>The tides</title>
      {!loading && <script src={`${SERVICE}/v1/sites/demo/loader.js`} async />}
    </head>
    <body>
      <Part loading={loading} />
    </body>
  </html>
);
