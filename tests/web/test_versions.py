"""The published versions as pages: every list there ever was, for anyone, without JavaScript."""

import re

import pytest

from consent import notices
from tests.factories import OVERRIDES, a_notice, a_published_site

PATH = "/privacy/demo/versions"
TEXTS = {"en": {}, "de": {}, "ar": {}}


@pytest.fixture
def second(database, demo):
    """Publish a second version: one entry more, a script in its name, in three languages."""
    entry = {
        "name": "<script>alert(1)</script>", "match": "prefix", "storage": "local",
        "host": "acme.example", "party": "third", "duration": "session",
        "category": "targeting", "vendor": "acme", "purpose": {"en": "Shows ads."},
    }  # fmt: skip
    with database.transaction() as session:
        cookies = [*a_notice()["cookies"], entry]
        notices.draft(session, demo.site, a_notice(cookies=cookies, texts=TEXTS))
        return notices.publish(session, demo.site, overrides=OVERRIDES)


def rows(page: str) -> list[str]:
    body = page.partition("<tbody")[2]
    return [
        " ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in body.split('<tr role="row">')[1:]
    ]


def test_all_versions_are_listed_newest_first(client, database, demo, second):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
    page = client.get(PATH).text
    assert re.findall(r'href="[^"]*/privacy/demo/versions/(\d+)"', page) == ["2", "1"]
    found = rows(page)
    assert re.match(r"Version 2 In force now 4 \w+ \d+, \d{4}, .* UTC", found[0])
    assert re.match(r"Version 1 3 \w+ \d+, \d{4}, .* UTC", found[1])
    assert 'href="https://consent.example/privacy/demo"' in page


def test_a_version_shows_the_list_as_it_was_published_then(client, second):
    newest, first = client.get(f"{PATH}/2").text, client.get(f"{PATH}/1").text
    assert "Shows ads." in newest
    assert "Shows ads." not in first
    assert re.findall(r'<section[^>]*data-consent-category="(\w+)"', newest) == [
        "necessary", "targeting", "performance",
    ]  # fmt: skip
    for page in (newest, first):
        assert 'href="https://consent.example/privacy/demo/versions"' in page
        assert 'href="https://consent.example/privacy/demo"' in page
    assert 'href="https://consent.example/privacy/demo/versions/2"' in first
    assert "A newer version" not in newest


def test_each_entry_has_every_field(client, second):
    page = client.get(f"{PATH}/2").text
    (row,) = [found for found in rows(page) if "Shows ads." in found]
    for field in (
        "&lt;script&gt;alert(1)&lt;/script&gt;…", "Kind: Local storage", "Acme Ads",
        "Host: acme.example", "Set by: Another site", "Shows ads.",
        "until you close the browser", "Listed since: version 2",
    ):  # fmt: skip
        assert field in row
    assert 'href="https://acme.example/privacy"' in page
    assert "<script>alert" not in page
    assert page.count("Listed since: version 1") == 3


def test_the_tables_are_real_ones_and_no_script_is_loaded(client, second):
    for path in (PATH, f"{PATH}/2"):
        page = client.get(path).text
        tables = page.split("<table")[1:]
        assert tables
        for table in tables:
            assert "<caption" in table
            assert table.count('scope="col"') >= 3
            assert 'scope="row"' in table
        assert "<script" not in page
        assert page.count("<h1") == 1


def test_the_pages_speak_the_visitors_language_and_carry_it_on(client, second):
    page = client.get(f"{PATH}/2?language=de").text
    assert '<html lang="de" dir="ltr">' in page
    assert "Listed since" not in page
    assert "/privacy/demo/versions?language=de" in page
    assert "/privacy/demo?language=de" in page
    assert "alle Fassungen" in client.get(PATH, headers={"Accept-Language": "de-AT"}).text
    assert '<html lang="ar" dir="rtl">' in client.get(f"{PATH}/2?language=ar").text
    # The first version has no German: it is shown in its own language.
    assert '<html lang="en" dir="ltr">' in client.get(f"{PATH}/1?language=de").text


@pytest.mark.parametrize(
    "path",
    [
        f"{PATH}/0", f"{PATH}/3", f"{PATH}/-1", f"{PATH}/x", f"{PATH}/1.0", f"{PATH}/{2**31}",
        f"{PATH}/{'9' * 30}", f"{PATH}/1/", "/privacy/nobody/versions",
        "/privacy/nobody/versions/1",
    ],
)  # fmt: skip
def test_what_was_never_published_is_not_found(client, second, path):
    assert client.get(path).status_code == 404


def test_a_version_of_another_site_is_not_shown(client, database, second):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
    assert client.get("/privacy/other/versions/1").status_code == 200
    assert client.get("/privacy/other/versions/2").status_code == 404


def test_an_empty_list_says_so(client, database, demo):
    with database.transaction() as session:
        notices.draft(session, demo.site, a_notice(cookies=[]))
        notices.publish(session, demo.site)
    page = client.get(f"{PATH}/2").text
    assert "<table" not in page
    assert "lists nothing" in page
