"""A visitor: one fresh browser profile that notes all it meets."""

import base64
import json
import re
import time
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Request

from tests.journeys.town import Town

NOTHING: dict[str, list[str]] = {"cookies": [], "local": [], "session": [], "databases": []}
QUIET_MS, LONGEST_S = 350, 20

_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  heardViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""
_STORAGE = """async () => ({
  local: Object.keys(localStorage).sort(),
  session: Object.keys(sessionStorage).sort(),
  databases: (await indexedDB.databases()).map((each) => each.name).sort(),
})"""


class Visitor:
    """Somebody with a browser of their own, on the page of a shop."""

    def __init__(self, browser: Browser, town: Town, **options: Any) -> None:
        self.town = town
        self.context = browser.new_context(locale="en-GB", **options)
        self.context.set_default_timeout(10_000)
        # A page that a test rewrites comes from nowhere; from there "loopback" needs this.
        self.context.grant_permissions(["local-network-access"])
        self.requests: list[Request] = []
        self.console: list[str] = []
        self.errors: list[str] = []
        self.violations: list[str] = []
        self.expected_troubles: list[str] = []
        self._flying: set[Request] = set()
        self._moved = time.monotonic()
        self._watch(scripts=options.get("java_script_enabled", True))
        self.page = self.context.new_page()

    def _watch(self, *, scripts: bool) -> None:
        self.context.on("request", self._asked)
        self.context.on("requestfinished", self._answered)
        self.context.on("requestfailed", self._answered)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        if scripts:
            self.context.expose_function("heardViolation", self._heard)
            self.context.add_init_script(_REPORT_VIOLATIONS)

    def _asked(self, request: Request) -> None:
        self.requests.append(request)
        self._flying.add(request)
        self._moved = time.monotonic()

    def _answered(self, request: Request) -> None:
        self._flying.discard(request)
        self._moved = time.monotonic()

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.console.append(message.text)

    def _heard(self, violation: str) -> None:
        self.violations.append(violation)

    # ---- going places

    def open(self, path: str = "/", page: Page | None = None) -> Page:
        """Open a page of the shop and wait until nothing moves any more."""
        page = page or self.page
        page.goto(self.town.shop + path)
        self.settle(page)
        return page

    def settle(self, page: Page | None = None) -> None:
        """Wait until no request is under way and none has been for a moment."""
        page = page or self.page
        end = time.monotonic() + LONGEST_S
        self._moved = time.monotonic()
        while self._flying or time.monotonic() - self._moved < QUIET_MS / 1000:
            assert time.monotonic() < end, f"never quiet: {[r.url for r in self._flying]}"
            page.wait_for_timeout(25)

    def expect_trouble(self, *patterns: str) -> None:
        """Say which console messages or errors a test brings about itself."""
        self.expected_troubles += patterns

    # ---- our own layers

    def layer(self, name: str, page: Page | None = None) -> Locator:
        """Return a layer of ours."""
        return (page or self.page).locator(f'#consent-root [data-consent-layer="{name}"]')

    @property
    def banner(self) -> Locator:
        """Return the first layer."""
        return self.layer("banner")

    @property
    def center(self) -> Locator:
        """Return the preference center."""
        return self.layer("center")

    def press(self, action: str) -> None:
        """Press one of our buttons and wait for what follows."""
        self.page.locator(f'#consent-root [data-consent-action="{action}"]').click()
        self.settle()

    def switch(self, category: str) -> Locator:
        """Return the switch of a category in the center."""
        return self.center.locator(f'input[data-consent-category="{category}"]')

    def open_center(self) -> Locator:
        """Open the center from the footer."""
        self.page.get_by_role("link", name="Cookie Preferences", exact=True).click()
        self.center.wait_for()
        self.settle()
        return self.center

    # ---- what can be seen

    def tags(self, page: Page | None = None) -> list[str]:
        """Return what ran in the page, sorted."""
        ran: list[str] = (page or self.page).evaluate("() => [...(window.demoTags ?? [])].sort()")
        return ran

    def state(self, page: Page | None = None) -> Any:
        """Return what the page is told."""
        return (page or self.page).evaluate("() => consent.get()")

    def granted(self) -> list[str]:
        """Return the optional categories that are granted."""
        state = self.state()["categories"]
        return sorted(key for key, on in state.items() if on and key != "necessary")

    def cookies(self) -> dict[str, str]:
        """Return the cookies of the shop's host."""
        return {each["name"]: each["value"] for each in self.context.cookies(self.town.shop)}

    def decision(self) -> Any:
        """Return what our cookie holds, None without one."""
        value = self.cookies().get("consent")
        if value is None:
            return None
        coded = value.removeprefix("v1.")
        return json.loads(base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)))

    def storage(self) -> dict[str, list[str]]:
        """Return the names of all that lies on the device for the shop, of whatever host."""
        names = sorted(cookie["name"] for cookie in self.context.cookies())
        return {"cookies": names, **self.page.evaluate(_STORAGE)}

    def origins(self) -> set[str]:
        """Return whom the browser has talked to."""
        parts = [urlsplit(request.url) for request in self.requests]
        return {f"{part.scheme}://{part.netloc}" for part in parts if part.scheme != "data"}

    def asked(self, pattern: str) -> list[Request]:
        """Return the requests so far whose method and address match."""
        return [each for each in self.requests if re.search(pattern, f"{each.method} {each.url}")]

    # ---- the end

    def leave(self) -> None:
        """Close the browser; nothing may have gone wrong but what the test expects."""
        self.context.close()
        troubles = [*self.console, *self.errors]
        unexpected = [
            text for text in troubles if not any(re.search(p, text) for p in self.expected_troubles)
        ]
        assert self.violations == [], self.violations
        assert unexpected == [], unexpected
