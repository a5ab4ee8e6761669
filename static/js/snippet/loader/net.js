/**
 * Talking to the consent service, and to nobody else. Never throws: no answer, or one that is no JSON, is an empty
 * reply. Only a success has a `json`.
 */
import { pause } from './time.js';

const request = fetch;

/**
 * @param {string} url
 * @param {string} [body] sent as text/plain, which needs no preflight
 * @param {number} [limit] milliseconds to wait
 * @returns {Promise<import('../types').Reply>}
 */
export async function ask(url, body, limit = 15000) {
  try {
    // no cookie goes along or comes back: an answer that is late must not bring back a decision since changed
    const reply = await Promise.race([request(url, { method: body && 'POST', body, keepalive: true, credentials: 'omit' }), pause(limit)]);
    // Read also what nobody needs: an unread body holds its connection.
    const text = await reply.text();
    return { status: reply.status, retry: +reply.headers.get('Retry-After'), json: reply.ok && JSON.parse(text) };
  } catch {
    return {};
  }
}
