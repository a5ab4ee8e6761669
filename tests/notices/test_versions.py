"""Published versions together: since when an entry is listed, and old versions shown today."""

import json

import pytest

from consent import notices
from consent.notices import NoticeVersion, texts
from tests.factories import OVERRIDES, a_notice, a_published_site, a_site


def cookie(name: str, **changes: object) -> dict:
    return {
        "name": name, "match": "exact", "storage": "cookie", "host": "shop.example",
        "party": "first", "duration": "P1D", "category": "performance", "vendor": None,
        "purpose": {"en": "x"}, **changes,
    }  # fmt: skip


def publish(session, site, *cookies: dict) -> NoticeVersion:
    notices.draft(session, site, a_notice(cookies=list(cookies)))
    return notices.publish(session, site)


def test_an_entry_is_listed_since_the_first_version_of_its_unbroken_run(session):
    site = a_site(session)
    a_published_site(session, "other", "https://other.example")
    publish(session, site, cookie("a"), cookie("b"))
    publish(session, site, cookie("a"))
    third = publish(session, site, cookie("c"), cookie("b"), cookie("a"))
    fourth = publish(session, site, cookie("a"), cookie("b"), cookie("c"), cookie("d"))
    assert notices.listed_since(session, third) == (3, 3, 1)
    assert notices.listed_since(session, fourth) == (1, 3, 3, 4)
    assert notices.listed_since(session, fourth) == (1, 3, 3, 4)


@pytest.mark.parametrize(
    ("changes", "since"),
    [
        ({"duration": "P2D", "purpose": {"en": "y"}, "match": "prefix", "party": "third"}, 1),
        ({"category": "targeting"}, 1),
        ({"storage": "local"}, 2),
        ({"host": "www.shop.example"}, 2),
        ({"vendor": "acme"}, 2),
        ({"name": "b"}, 2),
    ],
)
def test_an_entry_stays_the_same_while_name_storage_host_and_vendor_do(session, changes, since):
    site = a_site(session)
    publish(session, site, cookie("a"))
    second = publish(session, site, {**cookie("a"), **changes})
    assert notices.listed_since(session, second) == (since,)


def test_the_first_version_and_an_empty_list_need_no_history(session):
    site = a_site(session)
    first = publish(session, site, cookie("a"), cookie("a"))
    assert notices.listed_since(session, first) == (1, 1)
    assert notices.listed_since(session, publish(session, site)) == ()


def test_all_versions_of_a_site_are_told_newest_first_with_their_entries(session):
    site = a_site(session)
    a_published_site(session, "other", "https://other.example")
    made = [publish(session, site, cookie("a")), publish(session, site)]
    found = notices.all_published(session, site.id)
    assert [(each.version, each.entries) for each in found] == [(2, 0), (1, 1)]
    assert [each.created_at for each in found] == [each.created_at for each in reversed(made)]
    assert notices.all_published(session, -1) == ()


def test_a_text_added_since_stands_in_for_an_old_version_and_changes_nothing_of_it(session):
    site = a_site(session)
    notices.draft(session, site, a_notice(texts={"en": {}, "de": {}, "fr": {}}))
    version = notices.publish(session, site, overrides=OVERRIDES)
    document = json.loads(version.document)
    for language in document["texts"]:
        del document["texts"][language]["versions_title"]
        document["texts"][language]["accept_all"] = f"own {language}"
    old = json.dumps(document)
    found = notices.from_document(json.loads(old))
    ours = texts.shipped()
    assert found.texts("de")["versions_title"] == ours["de"]["versions_title"]
    assert found.texts("fr")["versions_title"] == ours["en"]["versions_title"]
    assert found.texts(None)["versions_title"] == ours["en"]["versions_title"]
    assert found.texts("de")["accept_all"] == "own de"
    assert json.dumps(found.document) == old
