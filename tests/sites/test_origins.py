"""Origins are compared exactly: nothing that merely looks like one passes for it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import sites

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("https://shop.example", SHOP),
        ("HTTPS://SHOP.EXAMPLE", SHOP),
        ("https://shop.example:443", SHOP),
        ("http://shop.example:80", "http://shop.example"),
        ("http://shop.example:443", "http://shop.example:443"),
        ("https://shop.example:80", "https://shop.example:80"),
        ("https://shop.example:8443", "https://shop.example:8443"),
        ("http://127.0.0.1:8001", "http://127.0.0.1:8001"),
        ("http://[::1]:8000", "http://[::1]:8000"),
        ("http://[::1]", "http://[::1]"),
        ("https://[2001:DB8::1]:443", "https://[2001:db8::1]"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("http://localhost", "http://localhost"),
    ],
)
def test_an_origin_is_written_one_way(written, normal):
    assert sites.normal_origin(written) == normal


NO_ORIGINS = [
    "",
    "null",
    "*",
    "shop.example",
    "//shop.example",
    "https://",
    "https:shop.example",
    "https:/shop.example",
    "https:///shop.example",
    "ftp://shop.example",
    "javascript:alert(1)",
    "file:///etc/passwd",
    "chrome-extension://abcdef",
    "https://shop.example/",
    "https://shop.example/path",
    "https://shop.example?",
    "https://shop.example?q",
    "https://shop.example#",
    "https://shop.example\\@evil.example",
    "https://shop.example\\.evil.example",
    "https://user@shop.example",
    "https://user:pw@shop.example",
    "https://shop.example@evil.example",
    "https://shop.example.",
    "https://.shop.example",
    "https://-shop.example",
    "https://shop.example:",
    "https://shop.example:x",
    "https://shop.example:99999",
    "https://shop.example:-1",
    "https://shop.example:4 43",
    "https://shop.example ",
    " https://shop.example",
    "https://shop.example\n",
    "https://shop\t.example",
    "https://shop.example\x00",
    "https://shop.exämple",
    "https://bücher.example",
    "https://shop。example",
    "https://ｓhop.example",
    "https://shop.example%2eevil.example",
    "https://[::1",
    "https://[fe80::1%25eth0]",
    "https://[shop.example]",
    "https://shop.example https://evil.example",
    "https://shop.example,https://evil.example",
]


@pytest.mark.parametrize("text", NO_ORIGINS)
def test_what_is_no_origin_is_none(text):
    assert sites.normal_origin(text) is None


@pytest.mark.parametrize(
    "other",
    [
        "http://shop.example",
        "https://shop.example.evil.com",
        "https://shop.example:444",
        "https://evil-shop.example",
        "https://www.shop.example",
        "https://shop.example:80",
        "https://shop_example",
        "https://sh0p.example",
    ],
)
def test_a_neighbour_is_not_the_site(other):
    assert sites.normal_origin(other) not in {None, SHOP}


LABELS = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True)
HOSTS = st.lists(LABELS, min_size=1, max_size=3).map(".".join)
ORIGINS = st.tuples(st.sampled_from(["http", "https"]), HOSTS, st.integers(1, 65535))


@given(ORIGINS, ORIGINS)
@settings(max_examples=150, deadline=None)
def test_two_origins_are_equal_only_when_scheme_host_and_port_are(one, other):
    written = [
        sites.normal_origin(f"{scheme}://{host}:{port}") for scheme, host, port in (one, other)
    ]
    assert None not in written
    assert (written[0] == written[1]) == (one == other)


@given(st.text(max_size=40) | st.text("https:/@.\\[]?#%0 \tshopexample", max_size=30))
@settings(max_examples=200, deadline=None)
def test_any_text_is_an_origin_written_one_way_or_none(text):
    normal = sites.normal_origin(text)
    assert normal is None or sites.normal_origin(normal) == normal


@given(st.text(max_size=30))
@settings(max_examples=150, deadline=None)
def test_nothing_appended_to_an_origin_leaves_it_the_same(tail):
    assert (sites.normal_origin(SHOP + tail) == SHOP) == (
        tail in {"", ":443"}
        or (
            tail.startswith(":")
            and tail[1:].isascii()
            and tail[1:].isdigit()
            and int(tail[1:]) == 443
        )
    )


@pytest.mark.parametrize(
    ("address", "page"),
    [
        ("https://shop.example/a/b?x=1#y", (SHOP, "/a/b")),
        ("https://shop.example", (SHOP, "/")),
        ("https://shop.example?x", (SHOP, "/")),
        ("https://shop.example#x", (SHOP, "/")),
        ("https://shop.example/#/route?x", (SHOP, "/")),
        ("https://shop.example//evil.example/", (SHOP, "//evil.example/")),
        ("https://shop.example:443/a%3Fb", (SHOP, "/a%3Fb")),
    ],
)
def test_of_a_page_origin_and_path_are_kept(address, page):
    assert sites.of_page(address) == page


@pytest.mark.parametrize(
    "address",
    [
        "",
        "/path",
        "null",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://user@shop.example/",
        "https://shop.example\\@evil.example/",
        "https://shop.example/a b",
        "about:blank",
    ],
)
def test_what_is_no_page_of_the_web_is_none(address):
    assert sites.of_page(address) is None
