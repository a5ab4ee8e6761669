"""The policy of a choice: exactly the hosts that are granted, and never more than host names."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent.integrations import Policy
from consent.integrations.csp import GATED
from tests.integrations.samples import NOTICE, NOW, cookie

SERVICE = "https://consent.example"
POLICY = Policy.from_notice(NOTICE, service=f"{SERVICE}/prefix")
ALL = {"functional": 1, "targeting": 1, "performance": 1}
BASE = "default-src 'self'"
HOSTS = {
    "pay": {"js.pay.example"},
    "acme": {"acme.example"},
    "count": {"count.example", "*.count.example"},
    "film": {"www.film.example", "i.film.example"},
    "badge": {"badge.example"},
}


def read(header: str) -> dict[str, set[str]]:
    """Read a policy as a browser does."""
    found: dict[str, set[str]] = {}
    for part in header.split(";"):
        name, *words = part.split()
        assert len(words) == len(set(words)), part
        found.setdefault(name, set(words))
    return found


def of(granted: dict[str, int] | None, base: object = BASE, **options: object) -> dict:
    value = None if granted is None else cookie(c=granted)
    return read(POLICY.choice(value, "DE", now=NOW).csp(base, **options))


@pytest.mark.parametrize(
    ("granted", "vendors"),
    [
        (None, {"pay"}),
        ({"functional": 0, "targeting": 0, "performance": 0}, {"pay"}),
        ({"functional": 1, "targeting": 0, "performance": 0}, {"pay", "film", "badge"}),
        ({"functional": 0, "targeting": 0, "performance": 1}, {"pay", "count", "badge"}),
        ({"functional": 0, "targeting": 1, "performance": 0}, {"pay", "acme", "count"}),
        (ALL, set(HOSTS)),
    ],
)
def test_every_directive_has_the_hosts_of_the_granted_and_no_others(granted, vendors):
    hosts = {"'self'"}.union(*(HOSTS[key] for key in vendors))
    found = of(granted)
    assert found.pop("default-src") == {"'self'"}
    assert found.keys() == set(GATED)
    for name, words in found.items():
        ours = {SERVICE} if name in {"script-src", "connect-src"} else set()
        assert words == hosts | ours, name


def test_a_company_that_was_refused_alone_is_left_out():
    value = cookie(c=ALL, v={"film": {"c": [], "l": []}})
    found = read(POLICY.choice(value, "DE", now=NOW).csp(BASE))
    assert not found["frame-src"] & HOSTS["film"]
    assert found["frame-src"] >= HOSTS["acme"]


def test_what_the_site_wrote_stays_and_comes_first():
    base = {
        "default-src": "'none'",
        "script-src": ["'nonce-site'", "https://cdn.shop.example"],
        "img-src": "'self' data:",
        "form-action": "'self'",
        "upgrade-insecure-requests": "",
    }
    header = POLICY.choice(cookie(c=ALL), "DE", now=NOW).csp(base)
    assert header.startswith(
        "default-src 'none'; script-src 'nonce-site' https://cdn.shop.example https://consent.exam"
    )
    found = read(header)
    assert found["form-action"] == {"'self'"}
    assert found["upgrade-insecure-requests"] == set()
    assert found["img-src"] >= {"'self'", "data:"}
    # 'none' gives way where something is let in
    assert "'none'" not in found["frame-src"]
    assert header == POLICY.choice(cookie(c=ALL), "DE", now=NOW).csp(base)


def test_a_directive_left_out_begins_with_what_it_would_have_fallen_back_to():
    found = of(None, "default-src 'self' 'nonce-abc' cdn.shop.example; child-src frames.example")
    assert found["img-src"] == {"'self'", "cdn.shop.example", "js.pay.example"}
    assert found["script-src"] >= {"'nonce-abc'", "cdn.shop.example"}
    assert found["frame-src"] == {"frames.example", "js.pay.example"}


def test_without_a_default_the_site_itself_is_the_default_everywhere():
    found = of(None, "form-action 'self'")
    assert found["default-src"] == {"'self'"}
    assert all("'self'" in found[name] for name in GATED)


def test_directives_for_elements_alone_are_opened_too():
    found = of(ALL, "script-src 'self'; script-src-elem 'self' a.example; style-src-elem 'self'")
    assert found["script-src-elem"] >= {"a.example", SERVICE, "acme.example"}
    assert found["style-src-elem"] >= {"acme.example"}


def test_a_nonce_is_for_scripts_and_for_styles_that_are_not_inline():
    found = of(None, BASE, nonce="abcdefgh")
    assert "'nonce-abcdefgh'" in found["script-src"] & found["style-src"]
    found = of(None, "default-src 'self'; style-src 'unsafe-inline'", nonce="abcdefgh")
    assert "'nonce-abcdefgh'" not in found["style-src"]
    for odd in ("", "short", "'; script-src *", "abcdefgh\r\nX: y"):
        with pytest.raises(ValueError, match="nonce"):
            of(None, BASE, nonce=odd)


@pytest.mark.parametrize(
    "word",
    ["*", "https:", "HTTP:", "wss:", "https://*", "*:443", "*:*"],
)
@pytest.mark.parametrize("name", [*GATED, "default-src", "object-src", "script-src-elem"])
def test_a_policy_that_allows_everything_is_refused_by_name(name, word):
    with pytest.raises(ValueError, match=re.escape(f"{name} {word}")):
        POLICY.check(f"{name} 'self' {word}")


@pytest.mark.parametrize(
    ("word", "vendor"),
    [
        ("acme.example", "acme"),
        ("https://ACME.example/tag.js", "acme"),
        ("https://acme.example:443", "acme"),
        ("acme.example:*", "acme"),
        ("cdn.count.example", "count"),
        ("*.film.example", "film"),
        ("*.example", "acme"),
    ],
)
def test_a_policy_that_lets_a_waiting_company_in_is_refused_by_name(word, vendor):
    with pytest.raises(ValueError, match=f"img-src .*{vendor}"):
        POLICY.check(f"img-src {word}")


@pytest.mark.parametrize(
    "word", ["js.pay.example", "example", "acme.example.org", "my-acme.example", "data:", "'self'"]
)
def test_a_company_that_need_not_wait_and_other_hosts_may_stand_in_it(word):
    POLICY.check(f"img-src {word}; report-uri *; form-action *")


@pytest.mark.parametrize(
    "base",
    ["img-src 'self', script-src *", "img-src caf\u00e9.example", "IMG_SRC a", {"img-src": ["a b"]},
     {"img-src": ["a\u2028b"]}, {"img-src;": "a"}],
)  # fmt: skip
def test_what_cannot_stand_in_a_header_is_refused(base):
    with pytest.raises(ValueError, match=r"cannot stand|no directive"):
        POLICY.choice(None).csp(base)


def test_of_a_directive_that_stands_twice_the_first_counts():
    assert "b.example" not in of(None, "font-src a.example; font-src b.example")["font-src"]


def test_hosts_of_the_site_itself_are_neither_opened_nor_refused():
    policy = Policy.from_notice(NOTICE, site_hosts=[".film.example"])
    choice = policy.choice(cookie(c=ALL), "DE", now=NOW)
    assert not read(choice.csp("frame-src www.film.example"))["img-src"] & HOSTS["film"]


def test_a_logo_at_the_service_is_let_in():
    found = {**NOTICE, "logo_url": f"{SERVICE}/logo.svg"}
    policy = Policy.from_notice(found, service=SERVICE)
    assert SERVICE in read(policy.choice(None).csp(BASE))["img-src"]
    assert SERVICE not in of(None)["img-src"]


@pytest.mark.parametrize("url", ["consent.example", "javascript:x", "https://a b", "https://*"])
def test_an_odd_address_of_the_service_is_refused(url):
    with pytest.raises(ValueError, match="address"):
        Policy.from_notice(NOTICE, service=url)


WORDS = st.sampled_from(["'self'", "'none'", "a.example", "data:", "'nonce-abcdefgh'", "*.b.org"])
BASES = st.dictionaries(
    st.sampled_from([*GATED, "default-src", "child-src", "object-src", "base-uri"]),
    st.lists(WORDS, max_size=4, unique=True),
    max_size=6,
)


@given(BASES, st.dictionaries(st.sampled_from(sorted(ALL)), st.integers(0, 1)))
@settings(max_examples=200, deadline=None)
def test_whatever_the_site_says_only_host_names_are_added(base, granted):
    found = of(granted, base)
    choice = POLICY.choice(cookie(c=granted), "DE", now=NOW)
    hosts = set().union(
        *(HOSTS[key] for key in HOSTS if any(choice.has(each, key) for each in choice.categories))
    )
    said = {word for words in base.values() for word in words} | {"'self'", "'none'"}
    for name, words in found.items():
        assert words <= said | hosts | {SERVICE}, name
        assert name not in GATED or words >= hosts, name
        assert "'none'" not in words or len(words - {"'none'"}) == 0 or name not in GATED
