"""The bundle: a pure function of notice and code, every name a hash of its bytes."""

import json
import re
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from sqlalchemy import func, select

from consent import notices, snippet
from consent.notices import texts
from consent.regulations import EEA
from consent.snippet import Core, Published, SnippetFile
from consent.snippet.bundle import FIRST_LAYER, HOSTED_ALONE
from tests.factories import a_notice, a_site
from tests.house.sources import ROOT

CORE = Core(loader="run(", center="/*center*/", page="/*page*/", modes="modes(")


def published(**changes: object) -> Published:
    document = notices.checked(a_notice(**changes))
    filled = texts.completed(document["texts"], document["default_language"])
    notice = notices.from_document({**document, "texts": filled})
    return Published(
        site_key="demo",
        site_name="The shop",
        public_url="https://consent.example",
        version=3,
        digest="sha256-x",
        notice=notice,
        created_at=datetime(2026, 11, 23, 10, tzinfo=UTC),
        since=tuple(range(1, len(notice.cookies) + 1)),
    )


def config_of(body: bytes) -> dict:
    text = body.decode()
    return json.JSONDecoder().raw_decode(text[text.rindex('({"') + 1 :])[0]


def test_the_same_notice_and_code_give_the_same_bytes():
    assert snippet.bundle(published(), CORE) == snippet.bundle(published(), CORE)


@pytest.mark.parametrize(
    ("changes", "core"),
    [
        ({"layout": "tab"}, CORE),
        ({}, Core("other(", CORE.center, CORE.page, CORE.modes)),
        ({}, Core(CORE.loader, "/*o*/", CORE.page, CORE.modes)),
        ({}, Core(CORE.loader, CORE.center, "/*o*/", CORE.modes)),
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
        whole = snippet.integrity(file.body).partition("-")[2].rstrip("=").replace("/", "_")
        is_script = file.name.startswith(("center.", "page."))
        short = sha256(file.body).hexdigest()[:16]
        assert file.name.split(".")[-2] == (whole if is_script else short)
    assert len({file.name for file in (loader, *parts)}) == 7


def test_the_loader_names_its_parts_and_the_integrity_of_the_scripts():
    loader, parts = snippet.bundle(published(texts={"en": {}, "de": {}}), CORE)
    config = config_of(loader.body)
    names = {file.name: file.body for file in parts}
    scripts = [
        f"{name}.{value}.js"
        for name, value in zip(("center", "page"), config["parts"], strict=True)
    ]
    assert {
        *scripts,
        *config["languages"].values(),
        *(json.loads(file.body)["list"] for file in parts if file.name.startswith("text.")),
    } == names.keys()
    assert config["languages"].keys() == {"en", "de"}
    for name, value in zip(scripts, config["parts"], strict=True):
        assert f"sha256-{value}=" == snippet.integrity(names[name])
        assert value.isalnum(), "some file servers take a plus for a space"


def test_the_integrity_value_is_that_of_subresource_integrity():
    # The widely published example for the text of the W3C recommendation, section 3.2.
    assert snippet.integrity(b"alert('Hello, world.');") == (
        "sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng="
    )


def test_the_configuration_has_what_the_first_layer_needs_and_no_list():
    config = config_of(snippet.bundle(published(), CORE)[0].body)
    assert config.keys() >= {
        "site", "service", "files", "version", "digest", "snippet", "language", "rtl", "layout",
        "theme", "policy_url", "expiry", "regions", "categories", "vendors", "texts", "languages",
        "parts", "name",
    }  # fmt: skip
    assert config["texts"].keys() == set(FIRST_LAYER)
    assert config["expiry"] == {"granted": 180 * 86400, "refused": 180 * 86400}
    assert config["files"] == "https://consent.example/v1/sites/demo/"
    assert "cookies" not in config
    assert config["vendors"] == [
        [["targeting"], ["consent", "legitimate_interest"], ["acme"]],
        [["performance", "functional"], ["consent"], ["metrics"]],
    ]


def test_the_union_is_written_out_for_the_browser():
    regions = [{"match": ["EU", "GB"], "model": "opt_in"}, {"match": ["*"], "model": "opt_out"}]
    found = config_of(snippet.bundle(published(regions=regions), CORE)[0].body)["regions"]
    assert found[0]["match"] == [*EEA, "GB"]
    assert found[1] == {"match": ["*"], "model": "opt_out"}


def test_a_rule_that_holds_anyway_is_not_said_and_where_rules_differ_the_place_is_asked():
    strict = {"match": ["*"], "model": "opt_in", "gpc": "apply"}
    alike = config_of(snippet.bundle(published(regions=[strict]), CORE)[0].body)
    assert (alike["regions"], "ask_region" in alike) == ([], False)
    loose = {"match": ["US"], "model": "opt_out", "gpc": "ignore"}
    found = config_of(snippet.bundle(published(regions=[loose, strict]), CORE)[0].body)
    assert (found["regions"], found["ask_region"]) == ([loose], True)


def test_the_list_part_has_every_cookie_and_vendor_in_words():
    _, parts = snippet.bundle(published(), CORE)
    (listed,) = [json.loads(file.body) for file in parts if file.name.startswith("list.en.")]
    assert [cookie["name"] for cookie in listed["cookies"]] == ["consent", "consent.queue", "_ga_"]
    assert listed["labels"] == [
        "Name", "Host", "Kind", "Purpose", "Kept for", "Set by", "Category", "Listed since",
    ]  # fmt: skip
    for cookie in listed["cookies"]:
        assert len(cookie["facts"]) == len(listed["labels"])
        assert all(cookie["facts"])
    assert [cookie["facts"][-1] for cookie in listed["cookies"]] == [
        "version 1", "version 2", "version 3",
    ]  # fmt: skip
    assert listed["vendors"]["acme"] == {
        "name": "Acme Ads",
        "policy_url": "https://acme.example/privacy",
        "hosts": ["acme.example"],
        "categories": ["targeting"],
    }


def test_the_list_stands_in_the_order_it_is_shown_the_sites_own_first():
    _, parts = snippet.bundle(published(), CORE)
    (listed,) = [json.loads(file.body) for file in parts if file.name.startswith("list.en.")]
    own = [cookie["vendor"] is None for cookie in listed["cookies"]]
    assert own == sorted(own, reverse=True)
    assert list(listed["vendors"]) == ["acme", "metrics"]


def text_parts(**changes: object) -> dict[str, dict]:
    _, parts = snippet.bundle(published(**changes), CORE)
    return {
        file.name.split(".")[1]: json.loads(file.body)
        for file in parts
        if file.name.startswith("text.")
    }


def test_a_part_of_each_language_says_what_the_list_is_about():
    policies = {"policy_url": "/cookies", "options": {"policy_urls": {"de": "/de/cookies"}}}
    found = text_parts(texts={"en": {}, "de": {}}, **policies)
    assert found["en"].keys() == {
        "texts", "list", "cookies", "policy_url", "published", "versions",
    }  # fmt: skip
    assert found["en"]["cookies"] == {"necessary": 2, "performance": 1}
    assert found["en"]["published"] == "2026-11-23T10:00:00.000Z"
    assert found["en"]["versions"] == "https://consent.example/privacy/demo/versions"
    assert [found[language]["policy_url"] for language in ("en", "de")] == [
        "/cookies", "/de/cookies",
    ]  # fmt: skip


def test_a_part_of_each_language_has_every_text_but_those_of_the_hosted_pages():
    found = text_parts(texts={"en": {}, "de": {}})
    kept = {key for key in texts.keys() if not key.startswith(HOSTED_ALONE)}  # noqa: SIM118
    assert found["de"]["texts"].keys() == found["en"]["texts"].keys() == kept
    for beginning in HOSTED_ALONE:
        assert any(key.startswith(beginning) for key in texts.keys()), beginning  # noqa: SIM118


def test_every_text_the_snippet_names_is_in_the_part():
    kept = text_parts()["en"]["texts"].keys()
    left_out = texts.keys() - kept
    whole = re.compile(r"\b(?:texts|words)\??\.([a-z_]+)\b(?!\()|\bsay\('([a-z_]+)'[,)]")
    begun = re.compile(r"\b(?:(?:texts|words)\[['\"`]|say\(['`])([a-z_]+)(?:\$|' \+)")
    for path in (ROOT / "static" / "js" / "snippet").rglob("*.js"):
        source = path.read_text("utf-8")
        named = {first or second for first, second in whole.findall(source)}
        assert named <= kept, path.name
        assert not left_out & set(re.findall(r"\w+", source)), path.name
        for beginning in begun.findall(source):
            assert any(key.startswith(beginning) for key in kept), f"{path.name}: {beginning}"


def test_what_the_second_layer_says_is_in_the_part():
    kept = text_parts()["en"]["texts"].keys()
    english = (ROOT / "consent" / "notices" / "texts" / "en.toml").read_text("utf-8")
    for heading in (
        "preference center: what belongs to a category",
        "preference center: the lists",
        "something new since the last choice",
        "once a decision exists",
    ):
        (section,) = re.findall(
            rf"^# {heading}\n(.*?)(?:\n\n|\Z)", english, re.MULTILINE | re.DOTALL
        )
        assert set(re.findall(r"^([a-z_]+) =", section, re.MULTILINE)) <= kept
    assert {"earlier_versions", "notice_version", "vendor_policy", "storage_pixel"} <= kept


def test_the_configuration_says_only_what_was_chosen():
    assert "options" not in config_of(snippet.bundle(published(), CORE)[0].body)
    usual = {"vendor_choices": True, "reopen_button": None, "policy_new_tab": False}
    assert "options" not in config_of(snippet.bundle(published(options=usual), CORE)[0].body)
    chosen = {
        "vendor_choices": False,
        "reopen_button": "start",
        "powered_by": "https://consent.example/about",
        "policy_urls": {"en": "/privacy"},
        "policy_new_tab": True,
        "logo_dark_url": "/dark.svg",
    }
    config = config_of(
        snippet.bundle(published(options=chosen, logo_url="/logo.svg"), CORE)[0].body
    )
    del chosen["policy_urls"]
    assert (config["options"], config["policy_url"]) == (chosen, "/privacy")


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
    assert session.scalar(select(func.count()).select_from(SnippetFile)) == 5
    found = snippet.released(session, site, version, CORE, "https://consent.example")
    assert found.body == first.body


def test_a_release_says_since_when_each_entry_is_listed(session):
    site = a_site(session)
    for cookies in (a_notice()["cookies"][:2], a_notice()["cookies"]):
        notices.draft(session, site, a_notice(cookies=cookies))
        version = notices.publish(session, site)
        snippet.release(session, site, version, CORE, "https://consent.example")
    names = session.scalars(select(SnippetFile.name).where(SnippetFile.name.like("list.%")))
    bodies = [session.get_one(SnippetFile, (site.id, name)).body for name in names.all()]
    found = [[cookie["facts"][-1] for cookie in json.loads(body)["cookies"]] for body in bodies]
    assert sorted(found) == [["version 1"] * 2, [*["version 1"] * 2, "version 2"]]


def test_another_address_or_code_is_another_release(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    version = notices.publish(session, site)
    snippet.release(session, site, version, CORE, "https://consent.example")
    assert snippet.released(session, site, version, CORE, "https://other.example") is None
    assert (
        snippet.released(
            session, site, version, Core("n(", "/*n*/", "/*n*/", ""), "https://consent.example"
        )
        is None
    )


def test_the_built_code_is_there_and_loads_nothing_from_elsewhere():
    core = snippet.core()
    assert core.digest.startswith("sha256-")
    for code in (core.loader, core.center):
        assert "sourceMappingURL" not in code
        assert "eval(" not in code
        assert "attachShadow" not in code
