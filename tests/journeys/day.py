"""A day in the console, step by step: owner, visitor, compliance staff, auditor.

`Day.steps` does one thing after the other and says what it just did, while that is on the screen; a
test walks it, and the pictures of docs/console.md are taken on the way.
"""

from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from consent import staff
from consent.staff import Grant, Person, Role
from tests.journeys.desk import Desk
from tests.journeys.town import Town, shop_of

PASSWORD = "seven tall giraffes read newspapers"
OWNER = "olga@bakery.example"
KEY = "bakery"
# A page of a table, as somebody copies it out of a spreadsheet.
TABLE = (
    "name\tmatch\tstorage\thost\tparty\tduration\tcategory\tvendor\tpurpose\n"
    "visits\texact\tcookie\t127.0.0.1\tfirst\tP13M\tperformance\t\tCounts visits.\n"
)
STEPS = 18


class Day:
    """Four people and one site, from its making to the proof."""

    def __init__(self, browser: Browser, town: Town, folder: Path) -> None:
        self.browser, self.town, self.folder = browser, town, folder
        self.owner = Desk(browser, town, None)
        self.auditor = Desk(browser, town, Role.AUDITOR)
        self.visitor = browser.new_context(locale="en-GB")
        self.visitor.grant_permissions(["local-network-access"])
        self.shown: Page = self.owner.page
        self.record_id = ""

    def leave(self) -> None:
        """Close every browser."""
        self.owner.leave()
        self.auditor.leave()
        self.visitor.close()

    def steps(self) -> Iterator[tuple[str, str]]:
        """Go; a name for the picture and what has just been done."""
        with shop_of(self.town.service.url, KEY) as shop:
            self.shop = shop
            yield from self._owner_comes_in()
            yield from self._owner_makes_a_site()
            yield from self._owner_edits()
            yield from self._owner_publishes()
            yield from self._visitor_decides()
            yield from self._staff_find_the_record()
            yield from self._staff_export_and_verify()
            yield from self._auditor_looks()

    def path(self, end: str) -> str:
        """Return a path of the site in the console."""
        return f"/console/sites/{KEY}/{end}"

    def _owner_comes_in(self) -> Iterator[tuple[str, str]]:
        with self.town.database.transaction() as session:
            person = Person("Olga Owner", OWNER)
            member = staff.create_member(session, person, [Grant(Role.ADMIN)])
            once = staff.set_password_once(session, member)
        page = self.owner.page
        self.owner.open("/console/")
        yield "login", "The owner opens the console."
        self._log_in(once)
        page.get_by_label("New password").fill(PASSWORD)
        page.get_by_label("The same again").fill(PASSWORD)
        page.get_by_role("button", name="Set the password").click()
        self._log_in(PASSWORD)
        expect(page.get_by_role("heading", level=1)).to_have_text("Sites")
        yield "sites", "Her one-time password made her choose one of her own."

    def _log_in(self, password: str) -> None:
        page = self.owner.page
        page.get_by_label("E-mail address").fill(OWNER)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Log in", exact=True).click()

    def _owner_makes_a_site(self) -> Iterator[tuple[str, str]]:
        page = self.owner.page
        page.get_by_role("link", name="Create a site").click()
        page.get_by_label("Name", exact=True).fill("Olga's Bakery")
        page.get_by_label("Key", exact=True).fill(KEY)
        page.get_by_label("Origins").fill(self.shop)
        yield "new-site", "She makes a site."
        page.get_by_role("button", name="Create the site").click()
        expect(page.locator("main")).to_contain_text("loader.js")
        yield "embed", "Its code, its integrity value and the check of the live page."

    def _owner_edits(self) -> Iterator[tuple[str, str]]:
        page = self.owner.page
        self.owner.open(self.path("notice/cookies/table"))
        page.locator("textarea").first.fill(TABLE)
        page.get_by_role("button", name="Show what it would do").click()
        expect(page.get_by_role("button", name="Keep the draft")).to_be_visible()
        yield "table", "She pastes the table of cookies and sees what it would change."
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.locator("main")).to_contain_text("visits")
        self.owner.open(self.path("notice/look"))
        page.get_by_label("Buttons and switches", exact=True).first.fill("#b4530a")
        page.get_by_role("button", name="Keep the draft").click()
        expect(page.locator(".wrong")).to_have_count(0)
        expect(
            page.frame_locator("iframe").locator("[data-consent-action=accept-all]")
        ).to_be_visible()
        yield "look", "She gives the banner her colour; the preview is the real snippet."

    def _owner_publishes(self) -> Iterator[tuple[str, str]]:
        page = self.owner.page
        self.owner.open(self.path("publish"))
        expect(page.locator("main")).to_contain_text("visits")
        yield "publish", "What the rules say, what changes, and whom to ask again."
        page.get_by_label("Reason").fill("Our own colour, and the counter of visits is listed.")
        page.get_by_role("button", name="Publish now").click()
        self.owner.open(self.path("versions"))
        expect(page.locator("main")).to_contain_text("Our own colour")
        yield "versions", "Version 2 is live, with her reason."

    def _visitor_decides(self) -> Iterator[tuple[str, str]]:
        page = self.shown = self.visitor.new_page()
        page.goto(self.shop)
        banner = page.locator('#consent-root [data-consent-layer="banner"]')
        expect(banner).to_be_visible()
        yield "asked", "A visitor of the bakery is asked."
        banner.locator('[data-consent-action="reject-all"]').click()
        page.wait_for_function("() => window.consent.get().recordId")
        self.record_id = page.evaluate("() => window.consent.get().recordId")
        page.locator("[data-consent-open]").first.click()
        expect(page.locator("#consent-root")).to_contain_text(self.record_id[:8])
        yield "visitor-id", "He refuses; the id of his decision stands in the preference center."
        self.town.service.command("worker", "--once")

    def _staff_find_the_record(self) -> Iterator[tuple[str, str]]:
        page = self.shown = self.owner.page
        self.owner.open(self.path("records"))
        page.get_by_label("Record id").fill(self.record_id)
        page.get_by_role("button", name="Search").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        yield "search", "He writes to the bakery; staff search for the id he noted."
        page.locator("tbody a").first.click()
        expect(page.locator("main")).to_contain_text(self.record_id)
        expect(page.locator("main")).to_contain_text("holds")
        yield "record", "The record: what he decided, what he was shown, and that the proof holds."
        page.get_by_role("link", name="Version 2").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Version 2")
        yield "as-shown", "The banner as he saw it."
        self.owner.open(self.path("dashboard"))
        yield "dashboard", "What visitors decided, with every denominator."

    def _staff_export_and_verify(self) -> Iterator[tuple[str, str]]:
        page = self.owner.page
        for kind in ("csv", "ledger"):
            self.owner.open(self.path("exports"))
            page.get_by_label("Format").select_option(kind)
            page.get_by_role("button", name="Start the export").click()
            self.town.service.command("worker", "--once")
        self.owner.open(self.path("exports"))
        expect(page.get_by_role("link", name="Download")).to_have_count(2)
        yield "exports", "The month as a table, and the log for the auditor."
        saved = []
        for link in page.get_by_role("link", name="Download").all():
            with page.expect_download() as downloading:
                link.click()
            path = self.folder / downloading.value.suggested_filename
            downloading.value.save_as(path)
            saved.append(path)
        ledger, table = saved
        assert self.record_id in table.read_text("utf-8")
        # Exit status 0: it held.
        self.town.service.command("verify", str(ledger))
        self.owner.open(self.path("ledger"))
        page.get_by_role("button", name="Check it now").click()
        self.town.service.command("worker", "--once")
        # The page looks again by itself.
        expect(page.locator("main")).to_contain_text("held", timeout=20_000)
        yield "verified", "The whole log is checked: it holds."

    def _auditor_looks(self) -> Iterator[tuple[str, str]]:
        page = self.shown = self.auditor.page
        self.auditor.open("/console/trail")
        expect(page.locator("main")).to_contain_text("notice.publish")
        yield "trail", "An auditor comes in and reads who did what."
        answer = self.auditor.open(self.path("records") + f"?record={self.record_id}")
        assert answer.ok
        for closed in ("notice", "publish", "webhooks", "settings"):
            assert self.auditor.open(self.path(closed)).status == 403, closed
        assert self.auditor.open("/console/staff").status == 403
        yield "not-allowed", "What changes anything is closed to her."
