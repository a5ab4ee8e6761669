"""The public hashes: anyone can compute each of them from what is served."""

from base64 import b64encode
from hashlib import sha256

import pytest

from consent import notices, snippet
from consent.notices import Portrait
from consent.notices.lint import REFUSING, RULES
from tests.factories import OVERRIDES, a_notice

PATH = "/.well-known/consent-notices/demo"


@pytest.fixture
def second(database, demo):
    """Publish a second version, which breaks rules with a reason, and look at it."""
    with database.transaction() as session:
        notices.draft(session, demo.site, a_notice(texts={"en": {}, "de": {}}))
        version = notices.publish(session, demo.site, overrides=OVERRIDES)
        found = Portrait(notices.TAKEN, {"desktop": b"large", "phone": b"small"})
        notices.keep_portrait(session, version, found)
    return version


def test_every_version_is_listed_newest_first_with_what_the_linter_says(client, demo, second):
    found = client.get(PATH).json
    assert (found["site"], found["next"]) == ("demo", None)
    assert [each["version"] for each in found["versions"]] == [2, 1]
    assert found["versions"][0]["pictures"] == {
        "desktop": sha256(b"large").hexdigest(),
        "phone": sha256(b"small").hexdigest(),
    }
    assert found["versions"][1]["pictures"] == {}
    rules = found["versions"][0]["rules"]
    assert rules["checked"] == len(RULES)
    refused = {each["rule"] for each in rules["broken"] if each["level"] == "refuse"}
    assert refused == set(second.overridden) <= REFUSING


def test_the_hashes_are_those_of_what_is_served(client, demo):
    loader = client.get("/v1/sites/demo/loader.js").data
    (version,) = client.get(PATH).json["versions"]
    assert [each["sha256"] for each in version["loaders"]] == [sha256(loader).hexdigest()]
    stored = demo.version.document.encode()
    assert version["digest"] == "sha256-" + b64encode(sha256(stored).digest()).decode()


def test_a_page_of_versions_leads_to_the_next(client, demo, second, monkeypatch):
    monkeypatch.setattr(snippet, "AT_ONCE", 1)
    first = client.get(PATH).json
    assert [each["version"] for each in first["versions"]] == [2]
    assert first["next"] == f"https://consent.example{PATH}?before=2"
    last = client.get(f"{PATH}?before=2").json
    assert ([each["version"] for each in last["versions"]], last["next"]) == ([1], None)
    assert client.get(f"{PATH}?before=1").json["versions"] == []


def test_a_cursor_that_is_none_is_refused_by_name(client, demo):
    for wrong in ("first", "-1", "1" * 10, "²"):
        answer = client.get(PATH, query_string={"before": wrong})
        assert (answer.status_code, list(answer.json["fields"])) == (422, ["before"]), wrong


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_version_shows_its_hashes_to_people(client, demo, second, language):
    page = client.get(f"/privacy/demo/versions/2?language={language}").text
    assert second.digest in page.replace("&#43;", "+")
    assert sha256(b"large").hexdigest() in page
    for rule in second.overridden:
        assert f">{rule}</bdi>" in page
    assert f'href="https://consent.example{PATH}"' in page
