/**
 * A hosted page hands its decision over in the address: `#consent-handover=TOKEN`. The token is taken out
 * of the address before anything else sees it; what it is worth is for elsewhere.js to find out.
 * @returns {string | undefined}
 */
export function takeToken() {
  const [part, before, token] = /([#&])consent-handover=([^&]*)&?/.exec(location.hash) || [];
  if (part) history.replaceState(history.state, '', location.href.replace(part, before).replace(/[#&]$/, ''));
  return token;
}
