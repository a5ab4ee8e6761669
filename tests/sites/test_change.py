"""Changing a site: only facts that make sense, and only those of this site."""

import pytest

from consent import sites
from consent.errors import InvalidFieldsError
from tests.factories import ORIGIN, a_site


@pytest.fixture
def noise(session):
    return a_site(session, "noise", "https://noise.example")


@pytest.fixture
def shop(session, noise):
    return a_site(session, "shop")


def test_each_fact_is_changed_and_said_with_what_it_was(session, shop, noise):
    changes = sites.change(
        session,
        shop,
        {
            "name": " Shop ",
            "origins": ["https://WWW.shop.example:443", ORIGIN, ORIGIN],
            "default_language": "de",
            "public_log": True,
        },
    )
    assert changes == {
        "name": ("The shop shop", "Shop"),
        "origins": ([ORIGIN], ["https://www.shop.example", ORIGIN]),
        "default_language": ("en", "de"),
        "public_log": (False, True),
    }
    session.expire_all()
    found = sites.find(session, "shop")
    assert (found.name, found.default_language, found.public_log) == ("Shop", "de", True)
    assert sites.find(session, "noise").name == noise.name == "The noise shop"


def test_what_stays_the_same_is_no_change(session, shop):
    assert (
        sites.change(session, shop, {"name": "The shop shop", "origins": [ORIGIN + ":443"]}) == {}
    )


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "\x00"),
        ("name", "\ud800"),
        ("name", 5),
        ("origins", []),
        ("origins", ORIGIN),
        ("origins", ["javascript:alert(1)"]),
        ("origins", [ORIGIN + "/path"]),
        ("origins", [f"https://a{number}.example" for number in range(101)]),
        ("default_language", "English"),
        ("default_language", None),
        ("public_log", "yes"),
        ("key", "other"),
        ("retention", "P1Y"),
        ("id", 7),
    ],
)
def test_a_wrong_fact_is_named_and_nothing_is_changed(session, shop, field, value):
    with pytest.raises(InvalidFieldsError) as refused:
        sites.change(session, shop, {"default_language": "fr", field: value})
    assert list(refused.value.fields) == [field]
    session.expire_all()
    found = sites.find(session, "shop")
    assert (found.name, found.origins, found.default_language) == ("The shop shop", [ORIGIN], "en")


def test_all_wrong_facts_are_named_at_once(session, shop):
    with pytest.raises(InvalidFieldsError) as refused:
        sites.change(session, shop, {"name": "", "origins": []})
    assert set(refused.value.fields) == {"name", "origins"}
