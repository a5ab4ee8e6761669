"""Every page of the console: axe finds nothing, nothing runs over the edge, nothing is reported.

The pages are those that the app knows. One that asks for a thing of which none is made here fails
the test, until `tests/furnished.py` makes one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser
from werkzeug.routing import Rule

from consent import create_app, sites
from consent.staff import Role
from tests.furnished import Furnished, furnish, pages
from tests.journeys.desk import Desk, settings_of
from tests.journeys.looks import axe
from tests.journeys.town import Town
from tests.journeys.town import town as open_town

WIDE, PHONE = {"width": 1280, "height": 800}, {"width": 360, "height": 740}
# No issuer is set here. A page that asks for something in its address may say so, by 422.
OTHERS = {"/console/oidc/back": (404,)}
PAGES = (200, 422)
PARTS = 4
REFUSED = "Failed to load resource"


@dataclass(frozen=True)
class Place:
    """The console's pages and what was made to fill them."""

    town: Town
    all: tuple[tuple[str, str, bool], ...]
    empty: str


@pytest.fixture(scope="module")
def place(sqlite_town: Town) -> Iterator[Place]:
    """Furnish a site, and leave another one empty."""
    with open_town(sqlite_town.service, sqlite_town.database, "every-page") as town:
        settings = settings_of(town)
        made = furnish(town.database, settings, town.site)
        with town.database.transaction() as session:
            sites.create(session, "empty", "An empty site", ["https://empty.example"])
        app = create_app(settings, town.database)
        found = tuple(_page(app.view_functions[each.endpoint], each, made) for each in pages(app))
        yield Place(town, found, "empty")


def _page(view: Callable[..., object] | None, rule: Rule, made: Furnished) -> tuple[str, str, bool]:
    guard = ""
    while view is not None and not guard:
        guard = getattr(view, "guard", "")
        view = getattr(view, "__wrapped__", None)
    return rule.rule, made.address(rule), guard == "nobody"


@pytest.fixture
def desks(browser: Browser, place: Place) -> Iterator[Callable[..., tuple[Desk, Desk]]]:
    """Give two browsers of one look: one that is logged in, one that is not yet."""
    opened: list[Desk] = []

    def sit(language: str, viewport: dict[str, int]) -> tuple[Desk, Desk]:
        opened.extend(
            Desk(browser, place.town, role, language, viewport=viewport, reduced_motion="reduce")
            for role in (Role.ADMIN, None)
        )
        return opened[-2], opened[-1]

    yield sit
    for each in opened:
        each.leave()


def _visit(
    found: dict[str, list[str]],
    desk: Desk,
    page: tuple[str, str],
    look: Callable[[Desk], list[str]],
    statuses: tuple[int, ...] = PAGES,
) -> bool:
    """Look at a page; what is wrong with it goes into `found`. False where it is no page."""
    rule, address = page
    head = desk.context.request.get(desk.town.service.url + address, max_redirects=0)
    if not head.headers.get("content-type", "").startswith("text/html"):
        return False
    wrong = [] if head.status in statuses else [f"answers {head.status}"]
    desk.open(address)
    wrong += look(desk)
    wrong += [each for each in desk.troubles() if head.status == 200 or REFUSED not in each]
    if wrong:
        found[rule] = wrong
    return True


def _in_both_schemes(desk: Desk) -> list[str]:
    wrong = []
    for scheme in ("light", "dark"):
        desk.page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        wrong += [f"{scheme}: {each}" for each in axe(desk.page)]
    desk.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    desk.page.set_viewport_size(PHONE)
    wrong += [f"too wide in English: {each}" for each in desk.too_wide()]
    desk.page.set_viewport_size(WIDE)
    return wrong


def _on_a_phone(desk: Desk) -> list[str]:
    return [*axe(desk.page), *(f"too wide: {each}" for each in desk.too_wide())]


@pytest.mark.parametrize("part", range(PARTS))
@pytest.mark.parametrize(
    ("language", "viewport", "look"),
    [("en", WIDE, _in_both_schemes), ("de", PHONE, _on_a_phone)],
    ids=["light and dark", "phone in German"],
)
def test_axe_finds_nothing_on_any_page_and_no_page_runs_over_the_edge(
    desks, place, language, viewport, look, part
) -> None:
    inside, outside = desks(language, viewport)
    found: dict[str, list[str]] = {}
    seen = 0
    for rule, address, before in place.all[part::PARTS]:
        desk = outside if before else inside
        seen += _visit(found, desk, (rule, address), look, OTHERS.get(rule, PAGES))

    assert seen >= 45 // PARTS
    assert found == {}


def test_a_site_without_anything_yet_has_pages_as_good(desks, place) -> None:
    inside, _ = desks("de", PHONE)
    found: dict[str, list[str]] = {}
    for rule, _address, before in place.all:
        # What lies under an id is not there yet.
        if rule.count("<") == 1 and "<site_key>" in rule and not before:
            address = rule.replace("<site_key>", place.empty)
            # What needs a published notice says so.
            _visit(found, inside, (rule, address), _on_a_phone, (*PAGES, 404))

    assert found == {}
