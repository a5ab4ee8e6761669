"""How fast the preference center answers with 2,000 cookies, on a processor slowed four times."""

import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.town import Town, demo_notice, running_town
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

COOKIES = 2_000
ROUNDS = 15
SLOWER = 4
# What an analyst, a parent and a lawyer type, letter by letter; the first letters hit nearly all.
TYPED = ("c", "co", "coo", "cook", "cookie", "cookie 7", "cookie 77", "cookie 777", "")
LIST, LIST_FIRST, SEARCH, ROW = (
    "press on details to list",
    "the same, list not loaded yet",
    "letter in the search to list",
    "press on a row to its content",
)
BANNER, ACCEPT = "page asked for to banner", "press on Accept all to next paint"
TARGETS = {LIST: 100, SEARCH: 50, ROW: 100, BANNER: 1000, ACCEPT: 200}
WATCH = """() => {
  const frame = () => new Promise((done) => requestAnimationFrame(done))
  const painted = () => frame().then(frame)
  const until = (selector, root = document) => new Promise((done) => {
    const look = () => root.querySelector(selector) && (observer.disconnect(), done())
    const observer = new MutationObserver(look)
    observer.observe(root, {childList: true, subtree: true})
    look()
  })
  window.bench = {
    presses: [],
    banner: until('#consent-root [data-consent-layer=banner]').then(painted)
      .then(() => performance.now()),
    async press(selector, wanted, change) {
      const pressed = document.querySelector('#consent-root dialog ' + selector)
      const start = performance.now()
      if (change === null) pressed.click()
      else pressed.value = change, pressed.dispatchEvent(new Event('input'))
      await until('#consent-root dialog ' + wanted)
      await painted()
      return performance.now() - start
    },
  }
  new PerformanceObserver((list) => {
    for (const each of list.getEntries()) if (each.interactionId) bench.presses.push(each.duration)
  }).observe({type: 'event', durationThreshold: 16})
}"""
Times = dict[str, list[float]]


def run() -> None:
    """Measure two notices: 300 providers of some cookies each, and one of all."""
    path = chromium()
    print(f"\nCenter with {COOKIES:,} cookies, CPU slowed {SLOWER} times, {ROUNDS} rounds (ms)")
    if path is None:
        print("  no Chromium here")
        return
    with (
        tempfile.TemporaryDirectory() as folder,
        running_town(f"sqlite:///{folder}/consent.db", Path(folder)) as town,
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=path, args=SWITCHES) as browser,
    ):
        for providers in (300, 1):
            key = f"of-{providers}"
            with open_town(town.service, town.database, key, notice(providers)) as shop:
                times: Times = defaultdict(list)
                for _ in range(ROUNDS):
                    _round(browser, shop, times)
            _show(providers, times)


def notice(providers: int) -> dict[str, Any]:
    """Return the demo's notice with so many providers, all of whose cookies are for targeting."""
    found = demo_notice()
    kept = [each for each in found["cookies"] if not each["vendor"]]
    company, cookie = found["vendors"][0], found["cookies"][0]
    found["vendors"] = [
        company | {"key": f"company-{at}", "name": f"Company {at}", "categories": ["targeting"]}
        for at in range(providers)
    ]
    found["cookies"] = kept + [
        cookie
        | {
            "name": f"cookie_{at}",
            "category": "targeting",
            "party": "third",
            "vendor": f"company-{at % providers}",
            "purpose": {
                "en": f"Cookie {at} recognises the browser on other sites, to choose what fits.",
                "de": f"Cookie {at} erkennt den Browser anderswo wieder, um Passendes zu zeigen.",
            },
        }
        for at in range(COOKIES)
    ]
    return found


def _round(browser: Browser, town: Town, times: Times) -> None:
    """Let somebody new look things up and accept."""
    visitor = Visitor(browser, town, viewport={"width": 412, "height": 915})
    page = visitor.page
    page.add_init_script(f"({WATCH})()")
    slow = visitor.context.new_cdp_session(page)
    slow.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    visitor.open("/basket")
    times[BANNER].append(page.evaluate("() => bench.banner"))
    visitor.press("open-center")
    details = "[data-consent-action=details][data-consent-category=targeting]"
    times[LIST_FIRST].append(_press(page, details, "tbody tr"))
    _press(page, "[data-consent-action=back]", ".text:not([hidden])")
    times[LIST].append(_press(page, details, "tbody tr"))
    times[SEARCH] += [
        _press(page, "[data-consent-search]", "tbody tr, .none", text) for text in TYPED
    ]
    times[ROW].append(_press(page, "tbody tr:not(:has([data-consent-all])) .fold", "tbody dl"))
    page.keyboard.press("Escape")
    page.evaluate("() => { bench.presses.length = 0 }")
    visitor.press("accept-all")
    times[ACCEPT].append(max(page.evaluate("() => bench.presses"), default=0))
    visitor.leave()


def _press(page: Page, selector: str, wanted: str, change: str | None = None) -> float:
    """Return how long it takes until what is wanted is painted; then breathe, as people do."""
    took: float = page.evaluate("(all) => bench.press(...all)", [selector, wanted, change])
    page.wait_for_timeout(300)
    return took


def _show(providers: int, times: Times) -> None:
    """On a busy machine the smallest figure is the one to compare."""
    print(
        f"  {f'of {providers} providers':36}{'smallest':>9}{'median':>8}{'largest':>9}{'target':>8}"
    )
    for label, found in times.items():
        target = TARGETS.get(label, "")
        figures = f"{min(found):>9.0f}{median(found):>8.0f}{max(found):>9.0f}"
        print(f"  {label:36}{figures}{target:>8}")
