/** The part of the address that browsers keep to themselves, and the key that may stand in it. */

/**
 * Takes the key out of `#key=...` and leaves the address without it.
 * @returns {string} the key, or '' where there is none
 */
export function takeKey() {
  const key = new URLSearchParams(location.hash.slice(1)).get('key') ?? ''
  if (key) history.replaceState(null, '', location.pathname + location.search)
  return key
}
