"""What a page pays for us until its first paint: with the service alive, dead, and hanging."""

import random
import re
import tempfile
from collections import defaultdict
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from consent import migrate
from consent.db import Database
from tests.journeys.bundled import PREFIX, shop_with_files
from tests.journeys.conftest import SWITCHES, chromium
from tests.journeys.test_outage import hanging
from tests.processes import Service, free_port

ROUNDS = 25
WARM_UP = 5
SLOWER = 4
# As much as a shop's list of products has.
GOODS = "".join(
    f"<article><h2>Mug {at}</h2><p>Enamelled twice, fired, and painted by hand with the harbour at "
    f"dawn; holds {at} ml.</p><ul><li>white<li>blue<li>grey</ul><button>Basket</button></article>"
    for at in range(400)
)
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"


def run() -> None:
    """Measure first contentful paint in turns, in one warm page without its cache."""
    path = chromium()
    print(f"\nFirst contentful paint, CPU slowed {SLOWER} times, {ROUNDS} rounds in turns (ms)")
    if path is None:
        print("  no Chromium here")
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        database = Database(f"sqlite:///{folder}/consent.db")
        migrate.upgrade(database)
        database.close()
        files = folder / "files"
        files.mkdir()
        service = Service(f"sqlite:///{folder}/consent.db", folder)
        with shop_with_files(files, GOODS) as (shop, heads), hanging() as silent:
            service.start()
            try:
                heads.update(_heads(service, shop, files, silent))
                with sync_playwright() as playwright:
                    browser = playwright.chromium.launch(executable_path=path, args=SWITCHES)
                    _show(_measured(browser, shop, list(heads)))
                    browser.close()
            finally:
                service.stop()


def _heads(service: Service, shop: str, files: Path, silent: str) -> dict[str, str]:
    base = f"{shop}/{PREFIX}"
    service.command("site", "create", "shop", "--name", "A shop", "--origin", shop)
    said = service.command("site", "bundle", "shop", "--output", str(files), "--base-url", base)
    [bundled] = re.findall(r"<script src=.*</script>", said)

    def loader(address: str) -> str:
        return f'<script src="{address}/v1/sites/shop/loader.js" async></script>'

    return {
        "/without": "",
        "/alive": loader(service.url),
        "/dead": loader(f"http://127.0.0.1:{free_port()}"),
        "/hanging": loader(silent),
        "/bundled": bundled,
        "/bundled-in-order": bundled.replace(" async", ""),
    }


def _measured(browser: Browser, shop: str, paths: list[str]) -> dict[str, list[float]]:
    times: dict[str, list[float]] = defaultdict(list)
    page, chance = browser.new_page(), random.Random(ROUNDS)
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    for number in range(-WARM_UP, ROUNDS):
        for path in chance.sample(paths, len(paths)):
            page.goto(shop + path, wait_until="commit")
            page.wait_for_function(PAINT)
            if number >= 0:
                times[path].append(page.evaluate(PAINT))
    return times


def _show(times: dict[str, list[float]]) -> None:
    control = times["/without"]
    for path, found in times.items():
        pairs = [one / other for one, other in zip(found, control, strict=True)]
        print(
            f"  {path[1:]:<18} median {median(found):6.1f}  least {min(found):6.1f}  "
            f"to the page without us: {median(found) / median(control):.3f} of medians, "
            f"{min(found) / min(control):.3f} of least, {median(pairs):.3f} in pairs"
        )
