"""Consent modes in a real browser: denied first, one update a decision, again on each page."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from consent import snippet
from tests.journeys.tags import LAYER, serve
from tests.journeys.town import Town, demo_notice
from tests.journeys.town import town as open_town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]
MODES = ("google", "uet", "clarity")
DENIED = "default: security_storage"
ALL = (
    "update: ad_personalization ad_storage ad_user_data analytics_storage functionality_storage "
    "personalization_storage security_storage"
)
NONE = "update: security_storage"
EVENT = "cookie_consent_update"
SIGNAL = "Object.defineProperty(Navigator.prototype, 'globalPrivacyControl', {get: () => true})"
CONFIG = """<script>
window.dataLayer = window.dataLayer || []
function gtag() { dataLayer.push(arguments) }
gtag('js', new Date())
gtag('config', 'G-TEST')
</script><script async src="/gtag.js"></script>"""
CONTAINER = """<script>
window.dataLayer = window.dataLayer || []
dataLayer.push({'gtm.start': Date.now(), event: 'gtm.js'})
</script><script async src="/gtm.js"></script>"""


@pytest.fixture(scope="module")
def modal_town(sqlite_town: Town) -> Iterator[Town]:
    """Open a site whose notice has all consent modes, and opts out in California."""
    notice = demo_notice()
    notice["options"] = {**notice.get("options", {}), "consent_modes": list(MODES)}
    california = {"match": ["US-CA"], "model": "opt_out", "gpc": "apply"}
    notice["regions"] = [california, *notice["regions"]]
    with open_town(sqlite_town.service, sqlite_town.database, "modes", notice) as found:
        yield found


@pytest.fixture
def town(modal_town: Town) -> Town:
    return modal_town


def head(town: Town, *, stub: bool = False, **attributes: str) -> str:
    """Return our part of the head: the loader in order, or a stub and the loader when it comes."""
    said = "".join(f' data-{name}="{value}"' for name, value in attributes.items())
    loader = f'src="{town.service.url}/v1/sites/{town.site.key}/loader.js"{said}'
    inline = f"<script>{snippet.stub(MODES)}</script>" if stub else ""
    return f"{inline}<script {loader}{' async' if stub else ''}></script>"


def a_page(town: Town, tags: str, **how: Any) -> str:
    ours = head(town, **how)
    return f"<head><title>A page</title>{ours}{tags}</head><body><main><h1>Goods</h1></main>"


def layer(visitor: Visitor) -> list[str]:
    found: list[str] = visitor.page.evaluate(LAYER)
    return found


def hits(visitor: Visitor) -> list[str]:
    visitor.page.wait_for_function("() => window.hits?.length")
    found: list[str] = visitor.page.evaluate("() => window.hits")
    return found


@pytest.mark.parametrize("stub", [False, True], ids=["in order", "stub and async"])
def test_denied_stands_first_and_each_decision_is_one_update_on_each_page(
    visitor: Visitor, town: Town, stub: bool
) -> None:
    serve(
        visitor, {"/one": a_page(town, CONFIG, stub=stub), "/two": a_page(town, CONFIG, stub=stub)}
    )

    visitor.open("/one")
    assert layer(visitor) == [DENIED, "set", "js", "config"]
    assert hits(visitor) == ["config G100"]

    visitor.press("accept-all")
    assert layer(visitor) == [DENIED, "set", "js", "config", ALL, EVENT]

    visitor.open("/two")
    assert sorted(layer(visitor)) == sorted([DENIED, "set", ALL, EVENT, "js", "config"])
    assert layer(visitor)[:2] == [DENIED, "set"]
    assert hits(visitor) == ["config G111"]

    visitor.page.evaluate("() => consent.withdraw()")
    visitor.settle()
    assert [said for said in layer(visitor) if "update" in said][-2:] == [NONE, EVENT]

    visitor.open("/one")
    assert [said for said in layer(visitor) if ":" in said] == [DENIED, NONE]
    assert hits(visitor) == ["config G100"]
    assert visitor.page.evaluate("() => window.lateDefaults") == 0


def test_a_loader_in_order_says_it_before_the_tag_that_follows_is_configured(
    visitor: Visitor, town: Town
) -> None:
    serve(visitor, {"/one": a_page(town, CONFIG)})
    visitor.open("/one")
    visitor.press("accept-all")
    visitor.open("/one")

    assert layer(visitor) == [DENIED, "set", ALL, EVENT, "js", "config"]


def test_a_container_starts_denied_and_its_tags_run_at_the_event_that_allows_them(
    visitor: Visitor, town: Town
) -> None:
    serve(visitor, {"/one": a_page(town, CONTAINER, stub=True)})
    visitor.open("/one")
    assert visitor.page.evaluate("() => window.fired") == ["container denied"]

    visitor.page.evaluate("() => consent.set({categories: {performance: true}})")
    visitor.settle()
    assert visitor.page.evaluate("() => window.fired") == ["container denied", "analytics"]
    said = visitor.page.evaluate(f"() => dataLayer.find(({{event}}) => event === '{EVENT}')")
    assert said == {
        "event": EVENT,
        "consent": {
            "necessary": True,
            "functional": False,
            "targeting": False,
            "performance": True,
        },
        "source": "api",
    }


def test_one_decision_after_another_is_told_once_each(visitor: Visitor, town: Town) -> None:
    serve(visitor, {"/one": a_page(town, CONFIG)})
    visitor.open("/one")
    visitor.press("reject-all")
    # the answer with the record's id changes the state, but nothing that tags are told
    assert visitor.state()["recordId"]
    assert layer(visitor)[4:] == [NONE, EVENT]

    visitor.page.evaluate("() => consent.acceptAll()")
    visitor.settle()
    assert layer(visitor)[4:] == [NONE, EVENT, ALL, EVENT]


def test_a_company_refused_by_name_is_refused_there_too(visitor: Visitor, town: Town) -> None:
    serve(visitor, {"/one": a_page(town, CONFIG)})
    visitor.open("/one")
    visitor.page.evaluate(
        """() => consent.set({
          categories: {performance: true, targeting: true, functional: true},
          vendors: {'google-ads': {consent: [], legitimate_interest: []}},
        })"""
    )
    visitor.settle()

    assert visitor.state()["categories"]["targeting"] is True
    assert layer(visitor)[4] == (
        "update: analytics_storage functionality_storage personalization_storage security_storage"
    )


def test_where_people_opt_out_it_is_granted_until_they_do(visitor: Visitor, town: Town) -> None:
    serve(visitor, {"/one": a_page(town, CONFIG, region="US-CA")})
    visitor.open("/one")
    assert layer(visitor)[:3] == [DENIED, "set", ALL]

    visitor.press("reject-all")
    assert [said for said in layer(visitor) if "update:" in said] == [ALL, NONE]


def test_a_privacy_signal_keeps_advertising_denied_there(arrive: Arrive, town: Town) -> None:
    visitor = arrive(extra_http_headers={"Sec-GPC": "1"})
    visitor.context.add_init_script(SIGNAL)
    serve(visitor, {"/one": a_page(town, CONFIG, region="US-CA")})
    visitor.open("/one")

    assert layer(visitor)[2] == (
        "update: analytics_storage functionality_storage personalization_storage security_storage"
    )
    assert visitor.cookies() == {}


def test_microsofts_tags_are_told_in_their_own_words(visitor: Visitor, town: Town) -> None:
    serve(visitor, {"/one": a_page(town, "")})
    visitor.open("/one")
    visitor.page.evaluate("() => consent.set({categories: {targeting: true}})")
    visitor.settle()

    assert visitor.page.evaluate("() => uetq") == [
        "consent", "default", {"ad_storage": "denied"},
        "consent", "update", {"ad_storage": "granted"},
    ]  # fmt: skip
    assert visitor.page.evaluate("() => clarity.q.map((said) => [...said])") == [
        ["consentv2", {"analytics_Storage": "denied", "ad_Storage": "denied"}],
        ["consentv2", {"analytics_Storage": "denied", "ad_Storage": "granted"}],
    ]


def test_a_strict_policy_needs_a_nonce_or_the_stubs_hash_and_nothing_more(
    visitor: Visitor, town: Town
) -> None:
    service = town.service.url
    policy = (
        f"default-src 'none'; script-src {snippet.stub_source(MODES)} 'nonce-abc' {service}; "
        f"connect-src {service}; img-src 'self'; base-uri 'none'; "
        "require-trusted-types-for 'script'; trusted-types consent"
    )
    tags = (
        '<script type="text/plain" data-consent="performance" nonce="abc">window.ran = 1</script>'
        '<script nonce="abc" src="/gtag.js" type="text/plain" data-consent="performance"></script>'
    )
    page = a_page(town, tags, stub=True).replace("<script src=", '<script nonce="abc" src=')
    serve(visitor, {"/one": page}, {"Content-Security-Policy": policy})
    visitor.open("/one")
    expect(visitor.banner).to_be_visible()
    assert layer(visitor) == [DENIED, "set"]
    visitor.press("open-center")
    visitor.center.locator("[data-consent-action=accept-all]").click()
    visitor.settle()

    assert layer(visitor) == [DENIED, "set", ALL, EVENT]
    assert visitor.page.evaluate("() => window.ran") == 1
    visitor.page.wait_for_function("() => window.hits")


def test_without_the_option_no_page_gets_a_data_layer(arrive: Arrive, sqlite_town: Town) -> None:
    visitor = arrive(sqlite_town)
    visitor.open("/")
    names = "() => ['dataLayer', 'uetq', 'clarity', 'gtag'].filter((name) => name in window)"
    before = visitor.page.evaluate(names)
    visitor.press("reject-all")
    assert (before, visitor.page.evaluate(names)) == ([], [])
