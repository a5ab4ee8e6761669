/**
 * Answers in the service's place, inside the preview's frame: the snippet asks as it would on a site, and
 * nothing leaves the page. Runs before the loader, which takes hold of `fetch` when it starts.
 */
{
  /** @type {{answers: Record<string, string>, region: object, gpc: boolean}} */
  const said = JSON.parse(document.getElementById('said')?.textContent || '{}');
  const nowhere = 'https://preview.invalid/';

  const recorded = () => ({
    record_id: '00000000-0000-7000-8000-000000000000',
    subject: 'preview',
    sequence: 0,
    recorded_at: new Date().toISOString(),
    expires_at: new Date(Date.now() + 15552e6).toISOString(),
    receipt_url: `${nowhere}receipt.json?token=preview`,
    history_url: `${nowhere}history#key=preview`,
    late: false,
  });

  /** @param {string} name the last step of an address @returns {string | undefined} */
  const answer = (name) => {
    if (name === 'region') return JSON.stringify(said.region);
    if (name === 'records') return JSON.stringify(recorded());
    return Object.hasOwn(said.answers, name) ? said.answers[name] : undefined;
  };

  window.fetch = async (asked) => {
    const body = answer(new URL(String(asked)).pathname.split('/').pop() || '');
    return new Response(body ?? '', { status: body === undefined ? 404 : 200, headers: { 'Content-Type': 'application/json' } });
  };
  Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', { get: () => said.gpc, configurable: true });

  // links lead nowhere: the frame stays what it is
  addEventListener('click', (event) => {
    const { target } = event;
    if (target instanceof Element && target.closest('a[href]')) event.preventDefault();
  });
}
