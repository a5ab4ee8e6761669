"""How people look at our layers: screens, themes, directions; and the way through all layers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]
LAYOUTS = ("center", "panel-left", "panel-right", "tab")
RULES = {
    # axe would put copies of foreign styles into the page, which the policy forbids.
    "preload": False,
    "resultTypes": ["violations"],
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    },
}
OVERFLOW = """() => {
  const wide = document.documentElement.clientWidth
  const parts = [...document.querySelectorAll('#consent-root *')].filter((each) => {
    const {left, right, width} = each.getBoundingClientRect()
    return width > 1 && (left < -1 || right > wide + 1)
  })
  return {
    page: document.documentElement.scrollWidth - wide,
    parts: parts.map((each) => each.outerHTML.slice(0, 80)),
  }
}"""
# A gradient keeps axe from measuring contrast; ours are shadows at an edge and marks of switches.
WITHOUT_SHADOWS = """() => {
  for (const each of document.querySelectorAll('#consent-root *')) {
    if (getComputedStyle(each).backgroundImage === 'none') continue
    each.style.setProperty('background-image', 'none', 'important')
  }
}"""
NOTHING_FITS = "<b>no such thing</b>"


@dataclass(frozen=True)
class Look:
    """How somebody looks at a page."""

    width: int
    height: int
    scheme: str
    language: str

    def __str__(self) -> str:
        return f"{self.language}-{self.scheme}-{self.width}"

    def options(self) -> dict[str, Any]:
        return {
            "viewport": {"width": self.width, "height": self.height},
            "color_scheme": self.scheme,
            "reduced_motion": "reduce",
            "extra_http_headers": {"Accept-Language": self.language},
        }


def axe(page: Page) -> list[str]:
    """Return what axe finds, with its help and the places, so that a failure reads by itself."""
    page.evaluate(WITHOUT_SHADOWS)
    found = Axe().run(page, options=RULES).response["violations"]
    return [
        f"{each['id']}: {each['help']}: {[node['html'][:160] for node in each['nodes']]}"
        for each in found
    ]


# ---- the dialog, whichever of its layers it shows


def dialog(visitor: Visitor) -> Locator:
    """Return the preference center, on any of its layers."""
    return visitor.page.locator("#consent-root dialog")


def part(visitor: Visitor, action: str, category: str | None = None) -> Locator:
    """Return a button of the center; some stand there once a category."""
    of = f'[data-consent-category="{category}"]' if category else ""
    return dialog(visitor).locator(f'[data-consent-action="{action}"]{of}')


def open_category(visitor: Visitor, category: str) -> None:
    """Open a category of the first screen: its fold, or its tab."""
    tabs = dialog(visitor).get_by_role("tab")
    block = dialog(visitor).locator(f'.category[data-consent-category="{category}"]')
    if tabs.count():
        at = block.get_attribute("aria-labelledby")
        dialog(visitor).locator(f"#{at}").click()
    else:
        block.locator(".fold").click()


def search(visitor: Visitor, query: str) -> Locator:
    """Type into the search field of a list; the field."""
    field = dialog(visitor).locator("[data-consent-search]")
    field.fill(query)
    return field


def walk(visitor: Visitor, path: str) -> Iterator[str]:
    """Go through every layer and what opens in them; the name of each while it is shown.

    What is pressed on the way need not be in sight: whether it can be, is a test of its own.
    """
    visitor.open(path)
    expect(visitor.banner).to_be_visible()
    yield "banner"
    visitor.banner.locator("[data-consent-action=open-center]").dispatch_event("click")
    expect(visitor.center).to_be_visible()
    yield "center"
    open_category(visitor, "targeting")
    yield "center, a category open"
    yield from _cookies(visitor)
    part(visitor, "vendors", "targeting").dispatch_event("click")
    expect(visitor.layer("vendors")).to_be_visible()
    yield "vendors"
    rows(visitor).first.locator(".fold").dispatch_event("click")
    yield "vendors, a row open"
    part(visitor, "save").dispatch_event("click")
    visitor.settle()
    visitor.page.locator("a[data-consent-open]").last.dispatch_event("click")
    expect(part(visitor, "receipt")).to_be_visible()
    yield "center after a decision"


def rows(visitor: Visitor) -> Locator:
    """Return the rows of the list that is shown."""
    return dialog(visitor).locator(".rows tbody tr:not(:has([data-consent-all])):has(> th)")


def _cookies(visitor: Visitor) -> Iterator[str]:
    part(visitor, "details", "targeting").dispatch_event("click")
    expect(visitor.layer("cookies")).to_be_visible()
    yield "cookies"
    rows(visitor).first.locator(".fold").dispatch_event("click")
    dialog(visitor).locator("[data-consent-all]").first.dispatch_event("click")
    yield "cookies, a row open and all ticked"
    part(visitor, "filter").dispatch_event("click")
    yield "cookies, filter open"
    part(visitor, "filter-cancel").dispatch_event("click")
    search(visitor, NOTHING_FITS)
    yield "cookies, nothing found"
    part(visitor, "back").dispatch_event("click")
    expect(visitor.center).to_be_visible()
