"""A quick look for staff: the snippet is on the page, first, right, and not blocked, or not."""

import pytest

from consent import clock, doctor
from consent.config import Settings
from consent.doctor import Kind
from consent.sites import Site
from tests.outgoing.conftest import serving


@pytest.fixture
def settings(doctors_town):
    return Settings(public_url=doctors_town.service.url, outgoing_allow=("127.0.0.1",))


@pytest.fixture
def site(shop):
    return a_site(shop.url)


def a_site(*origins, key="demo"):
    return Site(
        id=1, key=key, name="Demo", origins=list(origins), default_language="en",
        retention="P5Y", created_at=clock.now(),
    )  # fmt: skip


@pytest.fixture
def check(settings, site, write):
    def checking(*args, **more):
        return doctor.check_page(settings, site, write(*args, **more))

    return checking


def stub_and(service):
    return (
        "<script>if(!Object.hasOwn(window,'consent'))window.consent={q:[]};</script>"
        f'<script src="{service}/v1/sites/demo/loader.js" async></script>'
    )


def test_a_page_with_the_snippet_first_is_found_good(check):
    found = check()
    assert found.held, found
    assert (found.is_there, found.is_first, found.kind) == (True, True, Kind.NEWEST)
    assert (found.has_stub, found.is_blocked, found.is_integrity_right) == (False, False, None)
    assert found.problem == ""


def test_a_page_without_it_says_what_to_paste(check):
    found = check(snippet="")
    assert (found.is_there, found.held, found.kind) == (False, False, None)
    (missing,) = [each for each in found.findings if each.name == "snippet"]
    assert "/v1/sites/demo/loader.js" in missing.paste[0]


def test_what_stands_before_it_and_the_stub_are_seen(check, settings):
    assert not check(snippet=tag_after(settings.public_url)).is_first
    found = check(snippet=stub_and(settings.public_url))
    assert (found.is_first, found.has_stub, found.held) == (True, True, True)


def tag_after(service):
    return (
        '<script src="/other.js"></script>'
        f'<script src="{service}/v1/sites/demo/loader.js" async></script>'
    )


def test_wrong_integrity_and_a_policy_that_blocks_it_are_seen(check, settings):
    loader = f"{settings.public_url}/v1/sites/demo/loader.js"
    wrong = f'<script src="{loader}" integrity="sha256-AAAA" crossorigin></script>'
    found = check(snippet=wrong)
    assert (found.is_there, found.is_integrity_right, found.held) == (True, False, False)
    found = check(
        headers=[("Content-Type", "text/html"), ("Content-Security-Policy", "script-src 'self'")]
    )
    assert (found.is_blocked, found.held) == (True, False)


def test_another_sites_tag_is_not_ours(settings, shop, write):
    found = doctor.check_page(settings, a_site(shop.url, key="another"), write())
    assert not found.is_there


@pytest.mark.parametrize(
    "address",
    ["http://127.0.0.1:9/", "https://shop.example/", "file:///etc/passwd", "", "\0", "//x",
     "http://169.254.169.254/", "javascript:alert(1)", "http://[::1", "http://user@{host}/"],
)  # fmt: skip
def test_only_pages_of_the_sites_own_origins_are_asked(settings, site, shop, address):
    found = doctor.check_page(settings, site, address.format(host=shop.url.partition("//")[2]))
    assert "none of the site's origins" in found.problem
    assert shop.asked == []


def test_an_origin_inside_is_not_asked_unless_it_was_allowed(doctors_town, site, shop, write):
    strict = Settings(public_url=doctors_town.service.url)
    found = doctor.check_page(strict, site, write())
    assert "not open to everybody" in found.problem
    assert "CONSENT_OUTGOING_ALLOW" in found.problem
    assert shop.asked == []


def test_a_page_that_sends_on_to_another_host_is_not_looked_at(settings, site, shop):
    with serving() as other:
        redirect = [("Location", f"{other.url}/")]
        url = shop.put("/away", status=302, headers=redirect)
        found = doctor.check_page(settings, site, url)
    assert "sends on to another host" in found.problem
    url = shop.put("/inside", status=302, headers=[("Location", "http://10.0.0.1/")])
    assert "not open to everybody" in doctor.check_page(settings, site, url).problem


def test_what_is_no_page_is_told(settings, site, shop):
    assert "status 404" in doctor.check_page(settings, site, f"{shop.url}/none").problem or (
        "no page" in doctor.check_page(settings, site, f"{shop.url}/none").problem
    )
