"""The loader: the same bytes for everyone, fresh after a publication, frozen under its hash."""

import gzip
import json
import re
import time

import brotli
import pytest

from consent import notices, snippet
from tests.factories import a_notice, a_published_site, a_site

PATH = "/v1/sites/demo/loader.js"


def config_of(text: str) -> dict:
    """Return the configuration that a loader carries."""
    return json.JSONDecoder().raw_decode(text[text.rindex('({"') + 1 :])[0]


def scripts_of(config: dict) -> list[str]:
    """Return the names of the scripts that a loader loads; they say what is in them."""
    return [
        f"{name}.{value}.js"
        for name, value in zip(("center", "page"), config["parts"], strict=True)
    ]


def test_the_loader_carries_the_published_notice(client, demo):
    answer = client.get(PATH)
    assert answer.status_code == 200
    assert answer.content_type == "text/javascript; charset=utf-8"
    config = config_of(answer.text)
    assert (config["site"], config["version"], config["digest"]) == ("demo", 1, demo.version.digest)
    assert config["snippet"] == snippet.core().digest
    assert config["texts"]["reject_all"] == "Reject all"
    assert config["service"] == "https://consent.example"


def test_its_headers_let_any_page_use_it_and_any_cache_keep_it(client, demo):
    headers = client.get(PATH).headers
    assert headers["Cache-Control"] == (
        "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"
    )
    assert headers["Access-Control-Allow-Origin"] == "*"
    assert headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Vary"] == "Accept-Encoding"
    assert "Set-Cookie" not in headers


UNKEYED = {
    "Host": "evil.example",
    "X-Forwarded-Host": "evil.example",
    "X-Forwarded-Proto": "http",
    "X-Forwarded-For": "203.0.113.9",
    "X-Forwarded-Port": "1",
    "X-Forwarded-Prefix": "/evil",
    "X-Forwarded-Scheme": "javascript",
    "X-Forwarded-Server": "evil.example",
    "X-Host": "evil.example",
    "X-Original-URL": "/v1/sites/other/loader.js",
    "X-Rewrite-URL": "/v1/sites/other/loader.js",
    "X-Original-Host": "evil.example",
    "X-HTTP-Method-Override": "POST",
    "X-Real-IP": "203.0.113.9",
    "Forwarded": "host=evil.example;proto=http",
    "Via": "1.1 evil",
    "CF-IPCountry": "US",
    "True-Client-IP": "203.0.113.9",
    "Accept-Language": "de",
    "Accept": "text/html",
    "Accept-Charset": "utf-16",
    "Cookie": "consent=v1.e30; session=x",
    "Authorization": "Bearer x",
    "User-Agent": "evil",
    "Referer": "https://evil.example/",
    "Origin": "https://evil.example",
    "Sec-GPC": "1",
    "Sec-Fetch-Site": "cross-site",
    "Save-Data": "on",
    "DNT": "1",
    "Content-Type": "application/json",
    "X-Requested-With": "XMLHttpRequest",
}
PUBLIC = (
    "/v1/sites/demo/notice",
    "/v1/sites/demo/notice?language=en",
    "/.well-known/gpc.json",
    "/.well-known/consent-notices/demo",
)


def test_no_header_a_cache_does_not_key_on_changes_a_byte(client, demo):
    for path in (PATH, *PUBLIC):
        plain = client.get(path)
        for name, value in UNKEYED.items():
            answer = client.get(path, headers={name: value})
            assert answer.status_code == 200, (path, name)
            assert answer.data == plain.data, (path, name)
            kept = ("Content-Type", "ETag", "Cache-Control", "Vary", "Access-Control-Allow-Origin")
            assert [answer.headers.get(each) for each in kept] == [
                plain.headers.get(each) for each in kept
            ], (path, name)


def test_who_has_the_very_bytes_gets_none(client, demo):
    first = client.get(PATH)
    again = client.get(PATH, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Cache-Control"] == first.headers["Cache-Control"]
    assert again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(PATH, headers={"If-None-Match": '"other"'}).status_code == 200


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("br", "br"), ("gzip", "gzip"), ("gzip, deflate, br", "br"), ("identity", None), ("", None),
        ("br;q=0, gzip", "gzip"), ("gzip;q=0", None), ("zstd", None), ("br;q=0,gzip;q=0", None),
    ],
)  # fmt: skip
def test_it_comes_in_the_encoding_asked_for(client, demo, asked, given):
    answer = client.get(PATH, headers={"Accept-Encoding": asked})
    assert answer.headers.get("Content-Encoding") == given
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[given]
    assert unpack(answer.data) == client.get(PATH).data


def test_each_encoding_has_a_tag_of_its_own(client, demo):
    tags = {
        client.get(PATH, headers={"Accept-Encoding": each}).headers["ETag"]
        for each in ("br", "gzip", "")
    }
    assert len(tags) == 3


def test_every_file_it_names_is_frozen_under_its_hash(client, demo):
    config = config_of(client.get(PATH).text)
    names = [*scripts_of(config), *config["languages"].values()]
    for name in names:
        answer = client.get(config["files"].removeprefix("https://consent.example") + name)
        assert answer.status_code == 200, name
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
    for name, value in zip(scripts_of(config), config["parts"], strict=True):
        assert snippet.integrity(client.get(f"/v1/sites/demo/{name}").data) == f"sha256-{value}="


def test_a_frozen_loader_stays_after_the_next_publication(client, demo, database):
    first = client.get(PATH)
    name = first.headers["ETag"].strip('"')
    publish(database, demo, layout="tab")
    time.sleep(1.1)
    assert client.get(f"/v1/sites/demo/{name}").data == first.data
    assert client.get(PATH).data != first.data


def publish(database, demo, **changes: object) -> None:
    with database.transaction() as session:
        notices.draft(session, demo.site, a_notice(**changes))
        notices.publish(session, demo.site)


def test_a_new_publication_is_seen_within_two_seconds(client, demo, database):
    assert config_of(client.get(PATH).text)["version"] == 1
    publish(database, demo, layout="tab")
    end = time.monotonic() + 2
    while config_of(client.get(PATH).text)["version"] == 1:
        assert time.monotonic() < end
        time.sleep(0.05)
    assert config_of(client.get(PATH).text)["layout"] == "tab"


HOSTILE = "</script><script>alert(1)</script><!--\u2028\u2029'\"`${alert(1)}\\"


def test_hostile_texts_stay_text_within_the_script(client, database):
    texts = {"en": {"banner_title": HOSTILE, "banner_text": HOSTILE}}
    with database.transaction() as session:
        demo = a_published_site(session, texts=texts)
        demo.site.name = HOSTILE
    text = client.get(PATH).text
    carried = text[text.rindex('({"') :]
    assert not set("<\u2028\u2029") & set(carried)
    config = config_of(text)
    assert (config["texts"]["banner_title"], config["name"]) == (HOSTILE, HOSTILE)


def test_a_site_without_a_notice_and_an_unknown_one_answer_alike(client, database):
    with database.transaction() as session:
        a_site(session)
    empty, unknown = client.get(PATH), client.get("/v1/sites/nobody/loader.js")
    assert (empty.status_code, unknown.status_code) == (404, 404)
    assert empty.data == unknown.data


def test_a_file_that_was_never_released_is_not_found(client, demo, database):
    with database.transaction() as session:
        a_published_site(session, "other", "https://other.example")
    config = config_of(client.get("/v1/sites/other/loader.js").text)
    for path in (
        "loader.0000000000000000.js", "center.js", "list.json", "loader..js", "loader.%00.js",
        "text.en.0000000000000000.json", "loader.%2e%2e%2f.js", f"center.{43 * 'A'}.js",
        config["languages"]["en"],
    ):  # fmt: skip
        expected = (
            200 if path == config["languages"]["en"] and path in client.get(PATH).text else 404
        )
        assert client.get(f"/v1/sites/demo/{path}").status_code == expected, path


def test_nothing_served_has_a_name_that_blockers_hide(client, demo):
    config = config_of(client.get(PATH).text)
    names = " ".join([PATH, *scripts_of(config), *config["languages"].values()])
    assert not re.search(
        r"cookie-?banner|cookie-?consent|consent-?manager|gdpr|cmp\.js", names, re.IGNORECASE
    )
