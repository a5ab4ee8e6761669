"""Creating a site: its key is public, unique and plain; it comes with a log of its own."""

import pytest

from consent import ledger, sites
from consent.errors import InvalidFieldsError, NotFoundError, SiteExistsError
from tests.factories import ORIGIN, a_site


def test_a_site_is_found_by_its_key_and_has_a_log(session):
    made = sites.create(session, "shop", " The shop ", ["HTTPS://Shop.example:443"])
    found = sites.find(session, "shop")
    assert (found.id, found.name, found.origins) == (made.id, "The shop", [ORIGIN])
    assert (found.default_language, found.retention) == ("en", "P5Y")
    assert ledger.log_id_of(session, found.id)


def test_a_taken_key_is_refused_with_advice(session):
    a_site(session, "shop")
    with pytest.raises(SiteExistsError, match="choose another"):
        a_site(session, "shop", "https://other.example")


def test_an_unknown_key_is_not_found(session):
    a_site(session, "shop")
    for key in ("shop2", "SHOP", "", "%", "shop'--", "\x01"):
        with pytest.raises(NotFoundError):
            sites.find(session, key)


@pytest.mark.parametrize(
    "key", ["", "-a", "A", "a b", "a/b", "a.b", "ä", "a" * 64, "a\n", "instance", "../a", "a_b"]
)
def test_a_key_that_cannot_stand_in_an_address_is_refused(session, key):
    with pytest.raises(InvalidFieldsError) as refused:
        a_site(session, key)
    assert list(refused.value.fields) == ["key"]


@pytest.mark.parametrize(
    ("field", "facts"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 201}),
        ("origins", {"origins": []}),
        ("origins", {"origins": ["https://shop.example/path"]}),
        ("origins", {"origins": [ORIGIN, "null"]}),
        ("default_language", {"default_language": "English"}),
        ("default_language", {"default_language": "en\n"}),
        ("retention", {"retention": "five years"}),
    ],
)
def test_each_wrong_fact_is_named(session, field, facts):
    given = {"key": "shop", "name": "Shop", "origins": [ORIGIN], **facts}
    with pytest.raises(InvalidFieldsError) as refused:
        sites.create(session, **given)
    assert list(refused.value.fields) == [field]


def test_all_wrong_facts_are_named_at_once(session):
    with pytest.raises(InvalidFieldsError) as refused:
        sites.create(session, "A", "", [], default_language="?", retention="?")
    assert sorted(refused.value.fields) == [
        "default_language", "key", "name", "origins", "retention",
    ]  # fmt: skip


def test_a_name_no_database_could_keep_is_refused_by_name(session):
    with pytest.raises(InvalidFieldsError) as refused:
        sites.create(session, "shop", "Shop\x00", [ORIGIN])
    assert list(refused.value.fields) == ["name"]


def test_sites_are_listed_by_key(session):
    for key in ("b", "a", "c"):
        a_site(session, key, f"https://{key}.example")
    assert [site.key for site in sites.all_sites(session)] == ["a", "b", "c"]
