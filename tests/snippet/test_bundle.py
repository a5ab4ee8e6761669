"""The bundle: a pure function of notice and code, every name a hash of its bytes."""

import json
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from consent import notices, snippet
from consent.notices import texts
from consent.regulations import EEA
from consent.snippet import Core, Published, SnippetFile
from consent.snippet.bundle import FIRST_LAYER
from tests.factories import a_notice, a_site

CORE = Core(loader="/*loader*/;run(CONFIG)", center="/*center*/")


def published(**changes: object) -> Published:
    document = notices.checked(a_notice(**changes))
    filled = texts.completed(document["texts"], document["default_language"])
    notice = notices.from_document({**document, "texts": filled})
    return Published("demo", "The shop", "https://consent.example", 3, "sha256-x", notice)


def config_of(body: bytes) -> dict:
    text = body.decode()
    return json.JSONDecoder().raw_decode(text[text.rindex('})({"') + 3 :])[0]


def test_the_same_notice_and_code_give_the_same_bytes():
    assert snippet.bundle(published(), CORE) == snippet.bundle(published(), CORE)


@pytest.mark.parametrize(
    ("changes", "core"),
    [
        ({"layout": "tab"}, CORE),
        ({}, Core("/*other*/", CORE.center)),
        ({}, Core(CORE.loader, "/*o*/")),
    ],
)
def test_another_notice_or_code_gives_another_name(changes, core):
    assert (
        snippet.bundle(published(**changes), core)[0].name
        != snippet.bundle(published(), CORE)[0].name
    )


def test_each_name_holds_the_hash_of_the_bytes():
    loader, parts = snippet.bundle(published(texts={"en": {}, "de": {}}), CORE)
    for file in (loader, *parts):
        assert file.name.split(".")[-2] == sha256(file.body).hexdigest()[:16]
    assert len({file.name for file in (loader, *parts)}) == 6


def test_the_loader_names_its_parts_and_the_centers_integrity():
    loader, parts = snippet.bundle(published(texts={"en": {}, "de": {}}), CORE)
    config = config_of(loader.body)
    names = {file.name: file.body for file in parts}
    assert {
        config["center"]["file"],
        *config["languages"].values(),
        *(json.loads(file.body)["list"] for file in parts if file.name.startswith("text.")),
    } == names.keys()
    assert config["languages"].keys() == {"en", "de"}
    assert config["center"]["integrity"] == snippet.integrity(names[config["center"]["file"]])


def test_the_integrity_value_is_that_of_subresource_integrity():
    # The widely published example for the text of the W3C recommendation, section 3.2.
    assert snippet.integrity(b"alert('Hello, world.');") == (
        "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
    )


def test_the_configuration_has_what_the_first_layer_needs_and_no_list():
    config = config_of(snippet.bundle(published(), CORE)[0].body)
    assert config.keys() >= {
        "site", "service", "files", "version", "digest", "snippet", "language", "rtl", "layout",
        "theme", "policy_url", "logo_url", "expiry", "regions", "categories", "vendors", "texts",
        "languages", "center", "name",
    }  # fmt: skip
    assert config["texts"].keys() == set(FIRST_LAYER)
    assert config["expiry"] == {"granted": 180 * 86400, "refused": 180 * 86400}
    assert config["files"] == "https://consent.example/v1/sites/demo/"
    assert "cookies" not in config
    assert "policy_url" not in config["vendors"][0]


def test_the_union_is_written_out_for_the_browser():
    regions = [{"match": ["EU", "GB"], "model": "opt_in"}, {"match": ["*"], "model": "opt_out"}]
    found = config_of(snippet.bundle(published(regions=regions), CORE)[0].body)["regions"]
    assert found[0]["match"] == [*EEA, "GB"]
    assert found[1]["match"] == ["*"]


def test_the_list_part_has_every_cookie_and_vendor_in_words():
    _, parts = snippet.bundle(published(), CORE)
    (listed,) = [json.loads(file.body) for file in parts if file.name.startswith("list.en.")]
    assert [cookie["name"] for cookie in listed["cookies"]] == ["consent", "consent.queue", "_ga_"]
    assert all(
        isinstance(cookie["purpose"], str) and cookie["purpose"] for cookie in listed["cookies"]
    )
    assert listed["vendors"]["acme"] == {
        "name": "Acme Ads",
        "policy_url": "https://acme.example/privacy",
    }


def test_a_part_of_each_language_has_every_text():
    _, parts = snippet.bundle(published(texts={"en": {}, "de": {}}), CORE)
    found = {
        file.name.split(".")[1]: json.loads(file.body)["texts"]
        for file in parts
        if file.name.startswith("text.")
    }
    assert found["de"].keys() == found["en"].keys() >= texts.keys()


@pytest.mark.parametrize(
    ("language", "way"),
    [
        ("ar", "rtl"),
        ("he-IL", "rtl"),
        ("fa", "rtl"),
        ("en", "ltr"),
        ("de-AT", "ltr"),
        ("xx", "ltr"),
    ],
)
def test_the_direction_of_a_language_is_known(language, way):
    assert notices.wording.direction(language) == way


def test_releasing_twice_stores_each_file_once(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    version = notices.publish(session, site)
    first = snippet.release(session, site, version, CORE, "https://consent.example")
    again = snippet.release(session, site, version, CORE, "https://consent.example")
    assert first is again
    assert session.scalar(select(func.count()).select_from(SnippetFile)) == 4
    found = snippet.released(session, site, version, CORE, "https://consent.example")
    assert found.body == first.body


def test_another_address_or_code_is_another_release(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    version = notices.publish(session, site)
    snippet.release(session, site, version, CORE, "https://consent.example")
    assert snippet.released(session, site, version, CORE, "https://other.example") is None
    assert (
        snippet.released(session, site, version, Core("/*n*/", "/*n*/"), "https://consent.example")
        is None
    )


def test_the_built_code_is_there_and_loads_nothing_from_elsewhere():
    core = snippet.core()
    assert core.digest.startswith("sha256-")
    for code in (core.loader, core.center):
        assert "sourceMappingURL" not in code
        assert "eval(" not in code
        assert "attachShadow" not in code
