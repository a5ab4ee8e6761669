"""The template for Google Tag Manager with the real loader; its sandbox is a strict stand-in."""

import json
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.house.sources import ROOT
from tests.journeys.visitor import Visitor

GTM = ROOT / "integrations" / "gtm"
FIELDS = {"waitForUpdate": "500", "redaction": True, "passthrough": False, "event": True}
GRANTED = "granted"
TYPES = {
    "functional": ["functionality_storage", "personalization_storage"],
    "performance": ["analytics_storage"],
    "targeting": ["ad_personalization", "ad_storage", "ad_user_data"],
}
ALL = sorted(["security_storage", *(each for group in TYPES.values() for each in group)])
INJECT = """window.inject = (src, onload, onerror) =>
  document.head.append(Object.assign(document.createElement('script'), {src, onload, onerror}))"""


@pytest.fixture(params=["page", "inject"])
def customer(request: pytest.FixtureRequest, visitor: Visitor) -> Visitor:
    """Somebody on a page with a container; the page or the container brings the banner."""
    service = visitor.town.service.url
    # The template refuses a service without https, as Google's editor does: here it may be one.
    template = (GTM / "template.tpl").read_text("utf-8").replace("https://*/v1/", f"{service}/v1/")
    sandbox = (GTM / "test" / "sandbox.mjs").read_text("utf-8").replace("export ", "")
    sandbox = sandbox.replace(r"/^https:\/\/", r"/^https?:\/\/").replace(
        "`^https://", "`^https?://"
    )
    fields = {**FIELDS, "loader": request.param, "service": service, "site": "demo"}
    container = (
        f"{sandbox};{INJECT};window.did = run({json.dumps(template)}, window, {json.dumps(fields)})"
    )
    tag = f'<script src="{service}/v1/sites/demo/loader.js" async></script>'
    page = (
        f"<!doctype html><html lang=en><title>The tides</title><script>{container}</script>"
        f"{tag if request.param == 'page' else ''}<h1>The tides</h1>"
    )
    visitor.context.route(
        f"{visitor.town.shop}/tides",
        lambda route: route.fulfill(content_type="text/html; charset=utf-8", body=page),
    )
    return visitor


def test_the_denied_default_comes_first_and_each_choice_is_one_update(customer: Visitor) -> None:
    customer.open("/tides")
    expect(customer.banner).to_be_visible()
    assert [name for name, *_ in _did(customer)] == ["default", "set", *_loads(customer), "success"]
    assert _granted(_did(customer)[0]) == ["security_storage"]

    customer.press("accept-all")
    assert [_granted(each) for each in _updates(customer)] == [ALL]
    [event] = customer.page.evaluate("() => dataLayer")
    assert event["event"] == "cookie_consent_update"
    assert event["source"] == "banner"

    # On the next page Google knows nothing of the last one.
    customer.open("/tides")
    assert [_granted(each) for each in _updates(customer)] == [ALL]


def test_a_withdrawal_denies_again(customer: Visitor) -> None:
    customer.open("/tides")
    customer.press("accept-all")
    customer.page.evaluate("() => consent.withdraw()")
    customer.settle()

    assert [_granted(each) for each in _updates(customer)][-1] == ["security_storage"]


@pytest.mark.parametrize("category", TYPES)
def test_each_category_grants_its_own_types_and_no_other(
    visitor: Visitor, customer: Visitor, category: str
) -> None:
    customer.open("/tides")
    customer.page.evaluate("(key) => consent.set({categories: {[key]: true}})", category)
    customer.settle()

    [update] = _updates(customer)
    assert _granted(update) == sorted([*TYPES[category], "security_storage"])


def _did(visitor: Visitor) -> list[Any]:
    found: list[Any] = visitor.page.evaluate("() => did")
    return found


def _loads(visitor: Visitor) -> list[str]:
    return [name for name, *_ in _did(visitor) if name == "inject"]


def _updates(visitor: Visitor) -> list[Any]:
    return [each for each in _did(visitor) if each[0] == "update"]


def _granted(command: list[Any]) -> list[str]:
    return sorted(key for key, value in command[1].items() if value == GRANTED)
