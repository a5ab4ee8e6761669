"""The notice file: staff write text and typed values; anything else is refused and named."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from consent import notices
from consent.errors import NoticeError
from tests.factories import a_notice

DEEP = object()


def changed(path: str, value: object) -> dict:
    """Return a notice with the value at a dotted path; DEEP takes the field away."""
    document = json.loads(json.dumps(a_notice()))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place = document
    for part in parents:
        place = place.setdefault(part, {}) if part == "options" else place[part]
    if value is DEEP:
        del place[last]
    else:
        place[last] = value
    return document


def test_the_notice_of_the_factories_may_be_published():
    assert notices.checked(a_notice())["format"] == "consent-notice@v1"


@pytest.mark.parametrize(
    "field",
    [
        "format", "default_language", "policy_url", "logo_url", "layout", "theme", "expiry",
        "regions", "categories", "vendors", "cookies", "texts", "expiry.granted", "expiry.refused",
        "regions.0.match", "regions.0.model", "categories.0.key", "vendors.0.key",
        "vendors.0.name", "vendors.0.policy_url", "vendors.0.hosts", "vendors.0.categories",
        "vendors.0.bases", "cookies.0.name", "cookies.0.match", "cookies.0.storage",
        "cookies.0.host", "cookies.0.party", "cookies.0.duration", "cookies.0.category",
        "cookies.0.vendor", "cookies.0.purpose",
    ],
)  # fmt: skip
def test_each_field_is_required_and_a_missing_one_is_named(field):
    with pytest.raises(NoticeError) as refused:
        notices.checked(changed(field, DEEP))
    assert field in refused.value.message


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("format", "consent-notice@v2"),
        ("default_language", "English!"),
        ("default_language", "en\n"),
        ("layout", "popup"),
        ("expiry.granted", "180 days"),
        ("expiry.granted", "P0D"),
        ("expiry.refused", "-P1D"),
        ("expiry.refused", "P" + "9" * 30 + "D"),
        ("regions", []),
        ("regions.0.match", []),
        ("regions.0.match.0", "Europe"),
        ("regions.0.match.0", "eu"),
        ("regions.0.model", "opt_maybe"),
        ("regions.0.gpc", "perhaps"),
        ("regions.0.models", {"functional": "never"}),
        ("categories", []),
        ("categories.1.key", "Functional"),
        ("categories.1.key", "functional\n"),
        ("categories.1.locked", "perhaps"),
        ("vendors.0.key", "acme ads"),
        ("vendors.0.name", ""),
        ("vendors.0.name", "x" * 201),
        ("vendors.0.categories", []),
        ("vendors.0.bases", []),
        ("vendors.0.bases.0", "contract"),
        ("cookies.0.match", "regex"),
        ("cookies.0.storage", "disk"),
        ("cookies.0.party", "second"),
        ("cookies.0.duration", "a year"),
        ("cookies.0.purpose", {"english": 1}),
        ("texts.en", {"accept_all": ""}),
        ("texts.en", {"accept_all": "x" * 4001}),
        ("texts.en", {"accept_all": 5}),
    ],
)
def test_each_wrong_value_is_named(field, value):
    with pytest.raises(NoticeError) as refused:
        notices.checked(changed(field, value))
    assert field.split(".")[0] in refused.value.message


LINKS = ("policy_url", "logo_url", "vendors.0.policy_url")


@pytest.mark.parametrize("field", LINKS)
@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\tscript:alert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "relative",
        "https:",
        "https://",
        "https://shop.example/\n",
        "https://[broken",
        "",
    ],
)
def test_a_link_that_is_not_http_is_refused_everywhere(field, link):
    with pytest.raises(NoticeError) as refused:
        notices.checked(changed(field, link))
    assert "http or https" in refused.value.message


def test_what_is_the_sites_own_may_be_a_path_of_it_and_what_is_a_companys_may_not():
    assert notices.checked(a_notice(policy_url="/cookies", logo_url="/logo.svg"))
    with pytest.raises(NoticeError, match="http or https"):
        notices.checked(changed("vendors.0.policy_url", "/privacy"))


@pytest.mark.parametrize(
    "theme",
    [
        {"--consent-accent": "red; background: url(https://evil.example)"},
        {"--consent-accent": "url(https://evil.example/x)"},
        {"--consent-accent": "expression(alert(1))"},
        {"--consent-accent": "red}body{display:none"},
        {"--consent-accent": "#fff/*"},
        {"--consent-accent": "</style><script>"},
        {"--consent-accent": "\\75rl(x)"},
        {"--consent-accent": "#fff\n"},
        {"--consent-accent": ""},
        {"--consent-accent": "var(--x)"},
        {"--consent-a}*{color": "red"},
        {"color": "red"},
        {"--consent-": "red"},
        {"--other-accent": "red"},
    ],
    ids=repr,
)
def test_a_theme_value_can_never_become_more_than_a_value(theme):
    with pytest.raises(NoticeError):
        notices.checked(a_notice(theme=theme))


@pytest.mark.parametrize(
    "value",
    ["#0a7", "#00AA77ff", "12px", "1.5rem", "50%", "0", "Georgia, 'Times New Roman', serif"],
)
def test_colours_lengths_and_fonts_are_theme_values(value):
    assert notices.checked(a_notice(theme={"--consent-other": value}))


@pytest.mark.parametrize("key", ["__proto__", "constructor", "prototype", "toString", "a b"])
@pytest.mark.parametrize(
    "path",
    [
        "categories.1.key",
        "vendors.0.key",
        "texts.en",
        "theme",
        "cookies.0.purpose",
        "regions.0.models",
    ],
)
def test_a_key_that_could_pollute_a_prototype_is_refused(path, key):
    value = key if path.endswith(".key") else {key: "opt_in" if "models" in path else "text"}
    with pytest.raises(NoticeError):
        notices.checked(changed(path, value))


@pytest.mark.parametrize(
    "path",
    [
        "html",
        "expiry.html",
        "regions.0.html",
        "categories.0.html",
        "vendors.0.html",
        "cookies.0.html",
    ],
)
def test_an_unknown_field_is_refused_and_named(path):
    with pytest.raises(NoticeError) as refused:
        notices.checked(changed(path, "<b>"))
    assert "html" in refused.value.message


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("cookies.0.category", "marketing", "there is no marketing"),
        ("cookies.0.vendor", "nobody", "there is no nobody"),
        ("vendors.0.categories", ["marketing"], "there is no marketing"),
        ("regions.0.models", {"marketing": "opt_in"}, "there is no marketing"),
        ("categories.1.key", "targeting", "targeting stands twice"),
        ("vendors.1.key", "acme", "acme stands twice"),
        ("categories.0.locked", False, "necessary must be locked"),
        ("categories.1.key", "comfort", "category_comfort_name is missing"),
        ("texts.en", {"accept_al": "Yes"}, "accept_al is no text we know"),
        ("default_language", "de", "default language de has no texts"),
    ],
)
def test_parts_that_do_not_fit_together_are_named(field, value, named):
    with pytest.raises(NoticeError) as refused:
        notices.checked(changed(field, value))
    assert named in refused.value.message


def test_a_category_of_the_sites_own_is_accepted_with_its_texts():
    document = changed("categories.1.key", "comfort")
    document["vendors"][1]["categories"] = ["performance"]
    document["texts"]["en"] = {"category_comfort_name": "Comfort", "category_comfort_text": "x"}
    assert notices.checked(document)["categories"][1]["key"] == "comfort"


def test_a_vendor_that_stands_twice_in_a_category_is_refused():
    with pytest.raises(NoticeError):
        notices.checked(changed("vendors.0.categories", ["targeting", "targeting"]))


def test_a_legal_basis_that_stands_twice_is_refused():
    with pytest.raises(NoticeError):
        notices.checked(changed("vendors.0.bases", ["consent", "consent"]))


@pytest.mark.parametrize("data", [None, [], "x", 1, {}, {"texts": []}, {"categories": "x"}])
def test_what_is_no_notice_at_all_is_refused(data):
    with pytest.raises(NoticeError):
        notices.checked(data)


@pytest.mark.parametrize(
    ("field", "count"),
    [("categories", 41), ("vendors", 2001), ("regions", 301), ("cookies", 10_001)],
)
def test_lists_have_an_end(field, count):
    document = a_notice()
    document[field] = [document[field][0]] * count
    with pytest.raises(NoticeError) as refused:
        notices.checked(document)
    assert field in refused.value.message


PLACES = st.sampled_from([
    "policy_url", "layout", "theme", "expiry", "regions.0", "regions.0.models", "categories.1",
    "vendors.0", "vendors.0.hosts", "cookies.0", "cookies.0.purpose", "texts.en", "texts",
    "vendors.0.bases", "cookies.0.duration", "expiry.granted", "logo_url",
    "options", "options.policy_urls",
])  # fmt: skip
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.floats(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(PLACES, VALUES)
@settings(max_examples=150, deadline=None)
def test_any_value_anywhere_is_accepted_or_refused_in_our_own_words(path, value):
    try:
        notices.checked(changed(path, value))
    except NoticeError as error:
        assert error.message
