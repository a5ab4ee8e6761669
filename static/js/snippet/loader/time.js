/** Waiting, and the time as decisions count it. */

/** @returns {number} unix seconds */
export const seconds = () => Math.floor(Date.now() / 1000);

/** @param {number} time milliseconds @returns {Promise<any>} */
export const pause = (time) => new Promise((then) => setTimeout(then, time));

/**
 * After the next paint, so that a press is seen before work begins. A hidden page paints nothing, hence
 * the timer; one that is left has no time to lose, hence the event.
 * @returns {Promise<unknown>}
 */
export const painted = () =>
  new Promise((then) => {
    requestAnimationFrame(() => setTimeout(then));
    setTimeout(then, 200);
    addEventListener('pagehide', then);
  });
