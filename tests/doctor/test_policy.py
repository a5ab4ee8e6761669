"""`consent doctor --page`: the page's policy, its cookies, and the way back to the choice."""

import json

import pytest

from consent import notices, sites, snippet
from tests.doctor.conftest import seen, to_do
from tests.doctor.test_modes import STUB

HTML = ("Content-Type", "text/html")


@pytest.fixture
def under(look, doctors_town):
    """Give a function that serves a page under a policy; SERVICE stands for the service."""

    def looking(*policies: str, nonce: str = "", report_only: bool = False, **more: str):
        service = doctors_town.service.url
        name = "Content-Security-Policy" + ("-Report-Only" if report_only else "")
        headers = [HTML, *((name, each.replace("SERVICE", service)) for each in policies)]
        tag = f'<script src="{service}/v1/sites/demo/loader.js"{nonce} async></script>'
        found = to_do(look(snippet=tag, headers=headers, **more), "policy")
        return [
            (each.status, tuple(line.replace(service, "SERVICE") for line in each.paste), each.text)
            for each in found
        ]

    return looking


ALLOWED = [
    "default-src 'self' SERVICE",
    "script-src SERVICE; connect-src SERVICE",
    "script-src SERVICE/v1/; connect-src *",
    "script-src SERVICE/v1/sites/demo/loader.js http:; connect-src http:",
    "default-src 'none'; script-src SERVICE; connect-src SERVICE; style-src 'none'",
    "img-src 'self'",
    "default-src 'none'; script-src-elem SERVICE; script-src 'none'; connect-src SERVICE",
    "require-trusted-types-for 'script'",
    "require-trusted-types-for 'script'; trusted-types shop consent",
    "require-trusted-types-for 'script'; trusted-types *",
    "trusted-types shop",
    "SCRIPT-SRC SERVICE; script-src 'none'; connect-src http://127.0.0.1:*",
    "nonsense $$$; ; script-src SERVICE",
]
NONCES = [
    "script-src 'nonce-abcdefgh'; connect-src SERVICE",
    "script-src 'nonce-abcdefgh' 'strict-dynamic'; connect-src SERVICE",
    "script-src 'nonce-abcdefgh' 'strict-dynamic' 'unsafe-inline' https:; connect-src SERVICE",
]


@pytest.mark.parametrize("policy", ALLOWED)
def test_a_policy_that_lets_the_snippet_work_is_left_alone(under, policy):
    assert under(policy) == []


@pytest.mark.parametrize("policy", NONCES)
def test_a_nonce_lets_the_snippet_work(under, policy):
    assert under(policy, nonce=' nonce="abcdefgh"') == []


LACKING = [
    ("script-src 'self'", ["script-src 'self' SERVICE"]),
    ("script-src 'none'", ["script-src SERVICE"]),
    ("script-src https:", ["script-src https: SERVICE"]),
    ("script-src http://127.0.0.1", ["script-src http://127.0.0.1 SERVICE"]),
    ("script-src SERVICE/other/", ["script-src SERVICE/other/ SERVICE"]),
    ("script-src 'nonce-abcdefgh'", ["script-src 'nonce-abcdefgh' SERVICE"]),
    ("default-src 'self'", ["script-src 'self' SERVICE", "connect-src 'self' SERVICE"]),
    ("connect-src 'none'", ["connect-src SERVICE"]),
    ("require-trusted-types-for 'script'; trusted-types shop", ["trusted-types shop consent"]),
    ("require-trusted-types-for 'script'; trusted-types 'none'", ["trusted-types consent"]),
]


@pytest.mark.parametrize(("policy", "lines"), LACKING)
def test_what_a_policy_lacks_is_given_word_for_word(under, policy, lines):
    found = under(policy)
    assert [(status, paste) for status, paste, _ in found] == [
        ("failed", (line,)) for line in lines
    ]


@pytest.mark.parametrize(("policy", "lines"), LACKING)
def test_with_what_is_given_the_policy_holds(under, policy, lines):
    names = {line.split()[0] for line in lines}
    kept = [each for each in policy.split("; ") if each.split()[0] not in names]
    assert under("; ".join([*kept, *lines])) == []


def test_under_strict_dynamic_only_a_nonce_counts(under):
    [(status, _, text)] = under("script-src 'strict-dynamic' 'nonce-abcdefgh' SERVICE")
    assert (status, "host names count for nothing" in text) == ("failed", True)


def test_of_several_policies_each_must_allow(under):
    both = under("script-src SERVICE", "script-src 'self', connect-src 'self'")
    assert [paste for _, paste, _ in both] == [
        ("script-src 'self' SERVICE",), ("connect-src 'self' SERVICE",),
    ]  # fmt: skip


def test_a_policy_in_the_page_is_read_with_its_line(look):
    meta = '<meta http-equiv="Content-Security-Policy" content="connect-src \'self\'">'
    [found] = to_do(look(head=meta), "policy")
    assert found.lines == (6,)


def test_a_policy_that_only_reports_is_warned_of(under):
    [(status, paste, text)] = under("script-src 'self'", report_only=True)
    assert (status, paste) == ("warning", ("script-src 'self' SERVICE",))
    assert "report-only" in text


def test_the_inline_stub_needs_a_nonce_or_its_hash(under):
    policy = "script-src SERVICE{}; connect-src SERVICE"
    [(status, paste, text)] = under(policy.format(""), head=STUB)
    assert (status, "inline stub" in text) == ("failed", True)
    assert under(policy.format(f" {paste[0]}"), head=STUB) == []
    [(status, _, text)] = under(policy.format(" 'unsafe-inline'"), head=STUB)
    assert (status, "every inline script" in text) == ("warning", True)
    with_nonce = STUB.replace("<script>", '<script nonce="abcdefgh">')
    assert under(policy.format(" 'nonce-abcdefgh'"), head=with_nonce) == []


def test_a_logo_at_the_service_must_be_allowed(doctors_town, write):
    service = doctors_town.service.url
    with doctors_town.database.transaction() as session:
        site = sites.create(session, "pictured", "Pictured", [doctors_town.shop])
        document = json.loads(doctors_town.version.document) | {"logo_url": f"{service}/logo.svg"}
        notices.draft(session, site, document)
        version = notices.publish(session, site, service)
        snippet.release(session, site, version, snippet.core(), service)
    url = write(
        snippet=f'<script src="{service}/v1/sites/pictured/loader.js" async></script>',
        headers=[HTML, ("Content-Security-Policy", "img-src 'self'")],
    )
    [found] = to_do(seen(doctors_town, url), "policy")
    assert found.paste == (f"img-src 'self' {service}",)


def test_cookies_set_by_http_are_held_against_the_notice(look):
    names = ("hg_session=1; Path=/", "_ga=GA1; Path=/", "stranger=1")
    headers = [HTML, *(("Set-Cookie", each) for each in names)]
    found = [each for each in look(headers=headers) if each.name == "cookie"]
    assert [(each.status, name in each.text) for each, name in zip(
        found, ("_ga", "stranger", "hg_session"), strict=True)] == [
        ("failed", True), ("warning", True), ("ok", True),
    ]  # fmt: skip


def test_a_page_without_the_way_back_is_given_the_link(doctors_town, shop, write):
    url = write()
    page = shop.pages["/page"]
    page.body = page.body.replace(b"data-consent-open", b"data-other")
    [found] = to_do(seen(doctors_town, url))
    hosted = f"{doctors_town.service.url}/privacy/demo"
    assert (found.name, found.status) == ("link", "failed")
    assert found.paste == (f'<a href="{hosted}" data-consent-open>Cookie Preferences</a>',)
    page.body = page.body.replace(b"data-other", b'data-consent-open href="#"')
    page.body = page.body.replace(f'href="{hosted}" '.encode(), b"")
    [found] = to_do(seen(doctors_town, url))
    assert (found.status, f'href="{hosted}"' in found.advice) == ("warning", True)
