"""A member of staff at a desk: a browser that is logged in, and notes all that must not happen."""

import uuid
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, ConsoleMessage, Dialog, Request, Response

from consent import staff
from consent.config import Settings, with_keys
from consent.staff import Grant, Person, Role
from tests.journeys.town import Town

COOKIE = "consent-staff"

_REPORT_VIOLATIONS = """
addEventListener('securitypolicyviolation', (event) =>
  heardViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sample}`))
"""
_OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= wide) return []
  const scrolls = (each) => each && (getComputedStyle(each).overflowX !== 'visible'
    || scrolls(each.parentElement))
  const out = [...document.querySelectorAll('body *')].filter((each) => {
    const {right, width} = each.getBoundingClientRect()
    return width > 1 && right > wide + 1 && !scrolls(each.parentElement)
  })
  return [`${document.documentElement.scrollWidth} in ${wide}`,
    ...out.slice(0, 5).map((each) => each.outerHTML.slice(0, 120))]
}"""


def settings_of(town: Town) -> Settings:
    """Return the settings that a town's service runs with, its keys too."""
    return with_keys(
        Settings(
            database_url=town.service.environ["CONSENT_DATABASE_URL"],
            public_url=town.service.url,
            state_dir=town.service.environ["CONSENT_STATE_DIR"],
        )
    )


class Desk:
    """Somebody who works here, at a browser of their own."""

    def __init__(
        self,
        browser: Browser,
        town: Town,
        role: Role | None = Role.ADMIN,
        language: str = "en",
        **options: Any,
    ) -> None:
        self.town = town
        self.host = urlsplit(town.service.url).netloc
        self.context = browser.new_context(
            locale="en-GB", extra_http_headers={"Accept-Language": language}, **options
        )
        self.context.set_default_timeout(15_000)
        self.console: list[str] = []
        self.errors: list[str] = []
        self.violations: list[str] = []
        self.dialogs: list[str] = []
        self.foreign: list[str] = []
        self._watch()
        if role is not None:
            self._log_in(role, language)
        self.page = self.context.new_page()

    def _watch(self) -> None:
        self.context.on("request", self._asked)
        self.context.on("console", self._said)
        self.context.on("weberror", lambda error: self.errors.append(str(error.error)))
        self.context.on("dialog", self._dialog)
        self.context.expose_function("heardViolation", self._violated)
        self.context.add_init_script(_REPORT_VIOLATIONS)

    def _asked(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob", "about"} and parts.netloc != self.host:
            self.foreign.append(f"{request.url[:200]} from {request.frame.url[:100]}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.console.append(message.text)

    def _violated(self, what: str) -> None:
        self.violations.append(what)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(f"{dialog.type}: {dialog.message}")
        dialog.dismiss()

    def _log_in(self, role: Role, language: str) -> None:
        with self.town.database.transaction() as session:
            person = Person(role.value.title(), f"{uuid.uuid4().hex[:12]}@shop.example", language)
            member = staff.create_member(session, person, [Grant(role)])
            token = staff.begin(session, member, "Chromium on Linux", is_whole=True)
        self.context.add_cookies([{"name": COOKIE, "value": token, "url": self.town.service.url}])

    def open(self, path: str) -> Response:
        """Open a page of the service and wait until its scripts have run."""
        answer = self.page.goto(self.town.service.url + path, wait_until="load")
        assert answer is not None, path
        self.page.evaluate("() => new Promise((done) => requestIdleCallback(done))")
        return answer

    def too_wide(self) -> list[str]:
        """Return what makes the page scroll sideways."""
        found: list[str] = self.page.evaluate(_OVERFLOW)
        return found

    def troubles(self) -> list[str]:
        """Return all that went wrong since this was last asked."""
        named = {
            "console": self.console,
            "error": self.errors,
            "policy": self.violations,
            "dialog": self.dialogs,
            "foreign request": self.foreign,
        }
        found = [f"{name}: {each}" for name, all_ in named.items() for each in all_]
        for each in named.values():
            each.clear()
        return found

    def leave(self) -> None:
        """Close the browser."""
        self.context.close()
