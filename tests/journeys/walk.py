"""One walk through the whole product, step by step; with whose hands is a matter of choice."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.journeys.hands import Keyboard, Mouse, Touch
from tests.journeys.looks import dialog, part, rows
from tests.journeys.visitor import Visitor

LOST = "() => !document.activeElement || document.activeElement === document.body"
HANDS: dict[str, Callable[[Page], Mouse]] = {
    "mouse": Mouse,
    "keyboard": Keyboard,
    "phone": Touch,
    "rtl": Mouse,
}
DESK = {"width": 1280, "height": 800}
LOOKS: dict[str, dict[str, Any]] = {
    "mouse": {"viewport": DESK},
    "keyboard": {"viewport": DESK},
    "phone": {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True},
    "rtl": {"viewport": DESK, "extra_http_headers": {"Accept-Language": "ar"}},
}
PATHS = {"rtl": "/?language=ar"}


class Walk:
    """From the first question to the receipt."""

    def __init__(self, visitor: Visitor, kind: str) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.hand = HANDS[kind](visitor.page)
        self.path = PATHS.get(kind, "/")
        self.receipt: dict[str, Any] = {}

    def steps(self) -> Iterator[str]:
        """Go; what has just been done, while its outcome is on the screen."""
        for part_of_it in (
            self._refuses,
            self._opens_a_category,
            self._searches,
            self._filters,
            self._chooses_companies,
            self._confirms,
            self._looks_it_up,
        ):
            yield from part_of_it()

    def _seen(self, layer: str) -> None:
        """Of our layers exactly this one is shown, and focus is not lost."""
        self.visitor.settle()
        shown = self.page.locator("#consent-root [data-consent-layer]")
        expect(shown).to_have_count(1 if layer else 0)
        if layer:
            expect(shown).to_have_attribute("data-consent-layer", layer)
            expect(shown).to_be_visible()
        assert not self.page.evaluate(LOST), "focus is lost"

    def _press(self, action: str, category: str | None = None) -> None:
        self.hand.press(part(self.visitor, action, category))

    def _reopens(self) -> None:
        self.hand.press(self.page.locator("footer [data-consent-open]"))
        self.visitor.center.wait_for()
        self._seen("center")
        expect(part(self.visitor, "close")).to_be_focused()
        expect(dialog(self.visitor).locator(".status p").first).to_be_visible()

    def _refuses(self) -> Iterator[str]:
        self.visitor.open(self.path)
        expect(self.visitor.banner).to_be_visible()
        assert self.visitor.storage()["cookies"] == []
        yield "The first visit: the question"
        self.hand.press(self.visitor.banner.locator('[data-consent-action="reject-all"]'))
        self._seen("")
        yield "“Reject all”: the question goes"
        self._reopens()
        yield "Opened again from the footer, with the choice that holds"

    def _opens_a_category(self) -> Iterator[str]:
        block = dialog(self.visitor).locator('.category[data-consent-category="targeting"]')
        self.hand.press(block.locator(".fold"))
        expect(block.locator(".fold")).to_have_attribute("aria-expanded", "true")
        self.hand.read_to(block)
        self._seen("center")
        expect(self.visitor.switch("targeting")).not_to_be_checked()
        yield "A category opened"

    def _searches(self) -> Iterator[str]:
        self._press("details", "targeting")
        self.visitor.layer("cookies").wait_for()
        self._seen("cookies")
        everything = rows(self.visitor).count()
        yield "Its cookies"
        field = dialog(self.visitor).locator("[data-consent-search]")
        self.hand.type(field, "meta")
        self._seen("cookies")
        expect(rows(self.visitor)).to_have_count(2)
        yield "The search finds what has “meta” in it, opened"
        self.hand.type(field, "chocolate")
        self._seen("cookies")
        expect(dialog(self.visitor).locator(".rows")).to_contain_text("chocolate")
        yield "The search finds nothing, and says so"
        self.hand.press(
            dialog(self.visitor).locator('.search [data-consent-action="search-clear"]')
        )
        self._seen("cookies")
        expect(field).to_be_focused()
        expect(rows(self.visitor)).to_have_count(everything)
        yield "Cleared: all of the category again"

    def _ticked(self) -> list[str]:
        boxes = dialog(self.visitor).locator("[data-consent-filter]:checked")
        keys: list[str] = boxes.evaluate_all("(all) => all.map((one) => one.dataset.consentFilter)")
        return keys

    def _filters(self) -> Iterator[str]:
        narrowed = rows(self.visitor).count()
        self._press("filter")
        self.hand.tick(dialog(self.visitor).locator('[data-consent-filter="performance"]'))
        self._seen("cookies")
        assert self._ticked() == ["targeting", "performance"]
        yield "The filter, Performance ticked as well"
        self.hand.leave(part(self.visitor, "filter-cancel"))
        expect(part(self.visitor, "filter")).to_be_focused()
        assert rows(self.visitor).count() == narrowed
        self._press("filter")
        self._seen("cookies")
        assert self._ticked() == ["targeting"]
        yield "Cancelled and opened once more: the old ticks"
        self._press("filter-clear")
        self._seen("cookies")
        assert self._ticked() == []
        yield "Cleared; nothing has changed yet"
        self._press("filter-apply")
        self._seen("cookies")
        assert rows(self.visitor).count() > narrowed
        yield "Applied: the whole list"
        self._press("back")
        self._seen("center")
        expect(part(self.visitor, "details", "targeting")).to_be_focused()
        yield "Back, on the very button"

    def _box(self, vendor: str, basis: str) -> Locator:
        marks = f'[data-consent-vendor="{vendor}"][data-consent-basis="{basis}"]'
        return dialog(self.visitor).locator(f"input{marks}")

    def _chooses_companies(self) -> Iterator[str]:
        self._press("vendors", "targeting")
        self.visitor.layer("vendors").wait_for()
        self._seen("vendors")
        yield "The companies, and what each rests on"
        self.hand.tick(dialog(self.visitor).locator('[data-consent-all="legitimate-interest"]'))
        expect(self._box("criteo", "legitimate-interest")).to_be_checked()
        self.hand.tick(self._box("criteo", "legitimate-interest"))
        self.hand.tick(self._box("meta", "consent"))
        self._seen("vendors")
        expect(self._box("meta", "consent")).to_be_checked()
        expect(self._box("criteo", "legitimate-interest")).not_to_be_checked()
        yield "Interests admitted but for one, which is objected to; one company allowed"
        self._press("back")
        self._seen("center")
        expect(part(self.visitor, "vendors", "targeting")).to_be_focused()
        state = dialog(self.visitor).locator('.category[data-consent-category="targeting"] .switch')
        expect(state).to_have_text(re.compile(r"^1\D+8$"))
        yield "Back: the category is mixed, one of eight"

    def _confirms(self) -> Iterator[str]:
        self._press("save")
        self.visitor.settle()
        self._seen("")
        expect(self.page.locator("footer [data-consent-open]")).to_be_focused()
        yield "“Confirm my choices”: said once, and done"
        self._reopens()
        yield "Opened again: the new choice, its date and record"

    def _looks_it_up(self) -> Iterator[str]:
        self.hand.press(dialog(self.visitor).locator('.status a[href*="/history"]'))
        self.page.locator(".records").wait_for()
        self.visitor.settle()
        expect(self.page.locator(".records .record")).to_have_count(2)
        yield "The history, on a page of the service"
        link = self.page.locator(".record").first.locator("a[download]")
        with self.page.expect_download() as started:
            self.hand.press(link)
        self.receipt = json.loads(Path(started.value.path()).read_text("utf-8"))
        yield "The receipt, saved as a file"
