/** Talking to the consent service, and to nobody else. Never throws: no answer is an answer with status 0. */

const request = fetch;

/**
 * @param {string} url
 * @param {string} [body] sent as text/plain, which needs no preflight
 * @param {number} [limit] milliseconds to wait
 * @returns {Promise<import('./types').Reply>}
 */
export async function ask(url, body, limit = 15000) {
  const abort = new AbortController();
  setTimeout(() => abort.abort(), limit);
  try {
    // credentials stay at "same-origin": none to another host, and a service on the site's own host may set the cookie
    const reply = await request(url, { method: body ? 'POST' : 'GET', body, keepalive: !!body, signal: abort.signal });
    return { status: reply.status, retry: Number(reply.headers.get('Retry-After')), json: await reply.json().catch(() => 0) };
  } catch {
    return { status: 0, retry: 0, json: 0 };
  }
}
