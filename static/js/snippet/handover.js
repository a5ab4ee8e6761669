/**
 * A hosted page hands its decision over in the address: `#consent-handover=TOKEN`. The token is taken out
 * of the address before anything else sees it; what it is worth is for elsewhere.js to find out.
 * @returns {string | undefined}
 */
export function takeToken() {
  const parts = location.hash.slice(1).split('&');
  const mark = 'consent-handover=';
  const token = parts.find((each) => each.startsWith(mark));
  if (!token) return;
  const rest = parts.filter((each) => each !== token).join('&');
  history.replaceState(history.state, '', location.pathname + location.search + (rest && '#' + rest));
  return token.slice(mark.length);
}
