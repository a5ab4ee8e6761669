"""Pages that get in the way, by accident or not, and browsers that send a privacy signal."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route, expect

from tests.journeys.marks import expected
from tests.journeys.town import Town
from tests.journeys.visitor import NOTHING, Visitor

CLOBBERED = """<body>
<img name="currentScript" alt=""><form name="body"></form><form name="head"></form>
<img name="documentElement" alt=""><img name="addEventListener" alt="">
<img name="querySelectorAll" alt=""><img name="readyState" alt="">
<a id="consent" href="/mine">mine</a><a id="CONFIG" href="/mine">mine</a>
<div id="consent-root" data-mine>mine<div data-consent-layer="banner">mine</div></div>
"""
SABOTAGE = """
const broken = () => { throw Error('mine') }
window.fetch = broken
JSON.parse = JSON.stringify = broken
Object.keys = Object.freeze = broken
window.sabotaged = true
"""
STYLES = """
* { color: transparent !important; float: left !important; }
button, [role=region] {
  display: none !important; opacity: 0 !important; visibility: hidden !important;
  transform: scale(0) !important; background: none !important; position: static !important;
}
"""
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"


@pytest.fixture
def signalling(arrive: Callable[..., Visitor]) -> Visitor:
    """Somebody whose browser sends Global Privacy Control."""
    visitor = arrive(extra_http_headers={"Sec-GPC": "1"})
    visitor.context.add_init_script(SIGNAL)
    visitor.open("/journal")
    return visitor


def test_markup_that_shadows_the_document_does_not_hide_the_question(
    visitor: Visitor, town: Town, since: int
) -> None:
    _spoil(visitor, town, "<body>", CLOBBERED)
    visitor.open()

    question = visitor.page.get_by_role("region", name="Your privacy at Harbour Goods")
    expect(question).to_be_visible()
    assert visitor.tags() == []
    assert visitor.storage() == NOTHING

    question.get_by_role("button", name="Accept all").click()
    visitor.settle()

    assert visitor.tags() == expected(f"{town.shop}/", "functional", "performance", "targeting")
    assert [record.action for record in town.records(since)] == ["accept_all"]


def test_markup_that_shadows_the_cookies_does_not_make_us_forget(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("document.cookie")  # the shop's own script falls for it
    _spoil(visitor, town, "<body>", '<body><img name="cookie" alt="">')
    visitor.open()
    visitor.press("reject-all")
    visitor.open()

    expect(visitor.banner).to_have_count(0)
    assert sorted(visitor.cookies()) == ["consent"]
    assert len(town.records(since)) == 1


def test_built_ins_replaced_after_the_snippet_came_change_nothing(
    visitor: Visitor, town: Town, since: int
) -> None:
    visitor.expect_trouble("mine")  # the shop's counter calls what it replaced
    visitor.open()
    visitor.page.evaluate(SABOTAGE)

    visitor.page.locator('#consent-root [data-consent-action="reject-all"]').click()
    expect(visitor.banner).to_have_count(0)
    visitor.settle()

    assert [record.action for record in town.records(since)] == ["reject_all"]
    assert visitor.asked(f" {town.vendors}/") == []


def test_styles_of_the_page_cannot_hide_the_question(visitor: Visitor, town: Town) -> None:
    visitor.open()
    _style(visitor, STYLES)

    for name in ("Accept all", "Reject all", "Cookie preferences"):
        button = visitor.banner.get_by_role("button", name=name)
        expect(button).to_be_in_viewport()
        expect(button).to_have_css("background-color", "rgb(14, 124, 139)")
        expect(button).to_have_css("color", "rgb(255, 255, 255)")


def test_a_colour_that_the_page_forces_on_everything_does_not_reach_our_text(
    visitor: Visitor, town: Town
) -> None:
    visitor.open()
    _style(visitor, "* { color: transparent !important; }")

    expect(visitor.banner.get_by_role("heading")).to_have_css("color", "rgb(0, 0, 0)")


@pytest.mark.parametrize(
    "value",
    [
        "v1.e30",
        "v1." + "A" * 2000,
        "accept_all",
        'v1.{"n":1,"c":{"functional":1,"targeting":1,"performance":1}}',
        "%00",
        "",
    ],
)
def test_a_cookie_that_is_not_ours_grants_nothing(visitor: Visitor, town: Town, value: str) -> None:
    visitor.context.add_cookies([{"name": "consent", "value": value, "url": town.shop}])
    visitor.open()

    expect(visitor.banner).to_be_visible()
    assert visitor.tags() == []


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "%00", "A" * 5000])
def test_a_made_up_handover_grants_nothing_and_leaves_the_address(
    visitor: Visitor, town: Town, token: str
) -> None:
    visitor.expect_trouble("404", "422", "413")
    visitor.open(f"/journal#top&consent-handover={token}")

    expect(visitor.banner).to_be_visible()
    assert visitor.tags() == []
    assert visitor.page.url == f"{town.shop}/journal#top"


def test_a_privacy_signal_is_shown_and_writes_nothing(
    signalling: Visitor, town: Town, since: int
) -> None:
    expect(signalling.banner).to_be_visible()
    assert signalling.tags() == []
    assert signalling.state()["source"] == "signal"

    expect(signalling.open_center()).to_contain_text(
        "Your browser sends a Global Privacy Control signal. We honour it."
    )
    expect(signalling.switch("targeting")).not_to_be_checked()
    assert signalling.storage() == NOTHING
    assert town.records(since) == []


def test_accepting_against_the_signal_asks_first(
    signalling: Visitor, town: Town, since: int
) -> None:
    signalling.press("accept-all")

    expect(signalling.banner).to_contain_text("Your browser asks sites not to sell or share")
    assert signalling.storage() == NOTHING
    assert town.records(since) == []

    signalling.press("accept-all")
    assert signalling.granted() == ["functional", "performance", "targeting"]
    [record] = town.records(since)
    assert (record.action, record.gpc, record.disagrees) == ("accept_all", True, [])


def test_keeping_the_signal_accepts_all_but_what_it_forbids(
    signalling: Visitor, town: Town, since: int
) -> None:
    signalling.press("accept-all")
    signalling.press("keep-signal")

    assert signalling.granted() == ["functional", "performance"]
    assert signalling.tags() == expected(f"{town.shop}/journal", "functional", "performance")
    [record] = town.records(since)
    assert (record.action, record.gpc) == ("save", True)


def test_a_signal_that_comes_later_switches_targeting_off(
    arrive: Callable[..., Visitor], town: Town
) -> None:
    visitor = arrive()
    visitor.open("/journal")
    visitor.press("accept-all")

    visitor.context.add_init_script(SIGNAL)
    visitor.open("/journal")

    assert visitor.granted() == ["functional", "performance"]
    assert visitor.tags() == expected(f"{town.shop}/journal", "functional", "performance")


def _style(visitor: Visitor, css: str) -> None:
    visitor.page.evaluate(
        """(css) => {
          const sheet = new CSSStyleSheet()
          sheet.replaceSync(css)
          document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet]
        }""",
        css,
    )


def _spoil(visitor: Visitor, town: Town, at: str, put: str) -> None:
    def spoil(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(at, put))

    visitor.context.route(f"{town.shop}/", spoil)
