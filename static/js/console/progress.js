// Shows how far background work is. Without this, a reload of the page shows the same.

/**
 * @typedef {object} Item
 * @property {string} id
 * @property {boolean} open
 * @property {number} done
 * @property {number | null} of
 * @property {string} text
 */

const SECONDS_BETWEEN = 1.5;
const place = document.querySelector("[data-behaviour=progress]");

if (place instanceof HTMLElement && place.querySelector("[data-open]")) watch(place);

/**
 * Ask again and again until all that is open has ended, then show the page anew.
 * @param {HTMLElement} region
 * @returns {void}
 */
function watch(region) {
  const timer = setInterval(async () => {
    if (document.hidden) return;
    const items = await asked(region.dataset.url ?? "");
    const open = [...region.querySelectorAll("[data-open]")];
    for (const row of open) {
      const item = items.find((each) => each.id === row.getAttribute("data-id"));
      if (!item) continue;
      if (!item.open) {
        clearInterval(timer);
        location.reload();
        return;
      }
      show(row, item);
    }
  }, SECONDS_BETWEEN * 1000);
}

/**
 * @param {Element} row
 * @param {Item} item
 * @returns {void}
 */
function show(row, item) {
  const bar = row.querySelector("progress");
  const text = row.querySelector("[data-text]");
  if (text && text.textContent !== item.text) text.textContent = item.text;
  if (bar && item.of) {
    bar.max = item.of;
    bar.value = item.done;
  }
}

/**
 * @param {string} url
 * @returns {Promise<Item[]>}
 */
async function asked(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    return answer.ok ? (await answer.json()).items : [];
  } catch {
    return [];
  }
}
