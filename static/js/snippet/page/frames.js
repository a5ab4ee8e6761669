/** What stands in the place of a frame that waits: whose it is, and how to allow it. */
import { core, make, page, say } from '../shared/lent.js';

/**
 * @param {(frame: HTMLElement) => void} always
 */
export function createFrames(always) {
  /** @type {Map<HTMLElement, HTMLElement>} */
  const boxes = new Map();

  /** @param {HTMLElement} frame */
  function cover(frame) {
    const press = (/** @type {string} */ name, /** @type {(frame: HTMLElement) => void} */ act) => {
      const made = make('button', { type: 'button', 'data-consent-action': 'frame-' + name }, say('frame_' + name));
      made.onclick = () => {
        act(frame);
        tidy();
      };
      return made;
    };
    const text = make('p', {}, say('frame_text', { host: host(frame.dataset.src) }));
    const box = make('div', { class: 'consent-frame' }, text, press('once', core.release), press('always', always));
    const { offsetWidth, offsetHeight } = frame;
    box.style.cssText = core.root.style.cssText;
    if (offsetHeight) box.style.minHeight = offsetHeight + 'px';
    if (offsetWidth) box.style.width = offsetWidth + 'px';
    frame.hidden = true;
    frame.before(box);
    boxes.set(frame, box);
  }

  /** Cover the frames that wait, and take the boxes away from those that no longer do. */
  function tidy() {
    for (const frame of page.querySelectorAll('iframe')) {
      if (frame.dataset.consent && frame.dataset.consentReleased == null && !boxes.has(frame)) cover(frame);
    }
    for (const [frame, box] of boxes) {
      if (frame.isConnected && frame.dataset.consentReleased == null) continue;
      box.remove();
      frame.hidden = false;
      boxes.delete(frame);
    }
  }

  return tidy;
}

/** @param {string | undefined} source */
function host(source) {
  try {
    return new URL(source || '', location.href).host;
  } catch {
    return '?';
  }
}
