"""The notice a new site starts with: publishable as it is, and strict everywhere."""

import pytest

from consent import notices
from consent.regulations import Model, rule_for
from tests.factories import a_site


@pytest.mark.parametrize("language", ["en", "de", "fr", "pt-BR"])
@pytest.mark.parametrize(
    "origin", ["https://shop.example", "http://127.0.0.1:8001", "http://[::1]:8000"]
)
def test_it_may_be_published_as_it_is(session, origin, language):
    site = a_site(session, origin=origin)
    notices.draft(session, site, notices.default_document(origin=origin, language=language))
    found = notices.read(notices.publish(session, site))
    assert found.default_language == language
    assert found.texts(None)["reject_all"]


def test_it_asks_first_everywhere():
    document = notices.default_document(origin="https://shop.example", language="en")
    rules = notices.from_document(document).rules
    assert {rule_for(rules, region).model for region in ("US", "DE", None)} == {Model.OPT_IN}
    assert rules[0].gpc == "apply"


def test_it_has_the_four_categories_and_names_our_own_two_entries():
    found = notices.from_document(
        notices.default_document(origin="https://shop.example:8443", language="en")
    )
    assert [category.key for category in found.categories] == [
        "necessary", "functional", "targeting", "performance",
    ]  # fmt: skip
    assert {(cookie.name, cookie.storage, cookie.host) for cookie in found.cookies} == {
        ("consent", "cookie", "shop.example"),
        ("consent.queue", "local", "shop.example"),
    }


def test_our_own_entries_name_the_host_of_an_ipv6_site():
    document = notices.default_document(origin="http://[::1]:8000", language="en")
    assert {cookie["host"] for cookie in document["cookies"]} == {"[::1]"}
