"""`consent site embed` and `bundle`: what a site's owner copies."""

import re

import pytest

from consent import notices, snippet
from tests.cli.test_commands import run, shop  # noqa: F401 - fixtures
from tests.factories import a_notice


@pytest.fixture
def modal(run, shop, database):  # noqa: F811
    with database.transaction() as session:
        from consent import sites  # noqa: PLC0415

        site = sites.find(session, shop)
        notices.draft(session, site, a_notice(options={"consent_modes": ["google"]}))
        notices.publish(session, site)
    return shop


def test_embed_prints_the_floating_tag_and_a_frozen_one_that_is_served(run, shop, client):  # noqa: F811
    status, out, _ = run("site", "embed", shop)
    assert status == 0
    assert '<script src="https://consent.example/v1/sites/shop/loader.js" async></script>' in out
    assert "<script>" not in out
    [(path, digest)] = re.findall(r'src="https://consent.example(\S+)" integrity="(\S+)"', out)
    served = client.get(path)
    assert (served.status_code, snippet.integrity(served.data)) == (200, digest)


def test_embed_prints_the_stub_of_a_site_with_consent_modes_and_its_source(run, modal):  # noqa: F811
    out = run("site", "embed", modal)[1]
    assert f"<script>{snippet.stub(['google'])}</script>\n  <script src=" in out
    assert snippet.stub_source(["google"]) in out


def test_bundle_writes_files_and_prints_the_tag_for_them(run, shop, tmp_path):  # noqa: F811
    words = ("--output", str(tmp_path / "out"), "--base-url", "https://shop.example/a")
    status, out, _ = run("site", "bundle", shop, *words)
    assert status == 0
    [(name, digest)] = re.findall(
        r'src="https://shop.example/a/(\S+)" integrity="(\S+)" crossorigin async', out
    )
    assert snippet.integrity((tmp_path / "out" / name).read_bytes()) == digest
    assert b'"files":"https://shop.example/a/"' in (tmp_path / "out" / "loader.js").read_bytes()


@pytest.mark.parametrize(
    "address", ["shop.example", "ftp://shop.example/", "https://shop.example/?a"]
)
def test_bundle_refuses_an_address_that_is_none(run, shop, tmp_path, address):  # noqa: F811
    out = tmp_path / "out"
    status, _, err = run("site", "bundle", shop, "--output", str(out), "--base-url", address)
    assert (status, out.exists()) == (2, False)
    assert "--base-url" in err
