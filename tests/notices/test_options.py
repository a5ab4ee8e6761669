"""What a site may choose besides: optional, strict, and without a trace where it is left out."""

import json

import pytest

from consent import ledger, notices
from consent.errors import NoticeError
from tests.factories import a_notice, a_site

ALL = {
    "vendor_choices": False,
    "reopen_button": "end",
    "powered_by": "https://consent.example/about",
    "policy_urls": {"de": "/de/cookies"},
    "policy_new_tab": True,
    "logo_dark_url": "/logo-dark.svg",
}


def both(**changes: object) -> dict:
    return a_notice(texts={"en": {}, "de": {}}, logo_url="/logo.svg", **changes)


def test_a_notice_without_options_has_the_defaults_and_the_same_document():
    document = notices.checked(a_notice())
    assert "options" not in document
    assert notices.from_document(document).options == notices.Options()


def test_a_notice_without_options_keeps_its_digest(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    version = notices.publish(session, site)
    assert "options" not in json.loads(version.document)
    # The digest of this document before there were options, its texts aside.
    document = json.loads(version.document) | {"texts": {}}
    assert ledger.digest(ledger.dump(document)) == "EN5OpW5MTANlw9wYq2U5MCzn7K/q4JHJQf3XaZjUk9g="


def test_every_option_is_a_value():
    found = notices.from_document(notices.checked(both(options=ALL)))
    assert found.options == notices.Options(**ALL)
    assert notices.checked(both(options={}))["options"] == {}


def test_options_are_part_of_what_is_digested(session):
    site = a_site(session)
    notices.draft(session, site, a_notice())
    first = notices.publish(session, site)
    notices.draft(session, site, a_notice(options={"vendor_choices": False}))
    assert notices.publish(session, site).digest != first.digest


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"html": "<b>"}, "options.html"),
        ({"vendor_choices": "perhaps"}, "options.vendor_choices"),
        ({"vendor_choices": None}, "options.vendor_choices"),
        ({"reopen_button": "left"}, "options.reopen_button"),
        ({"powered_by": "/about"}, "options.powered_by"),
        ({"powered_by": "javascript:alert(1)"}, "options.powered_by"),
        ({"policy_urls": {"de": "//evil.example"}}, "options.policy_urls"),
        ({"policy_urls": {"fr": "/fr"}}, "there are no texts in fr"),
        ({"policy_urls": []}, "options.policy_urls"),
        ({"policy_new_tab": 2}, "options.policy_new_tab"),
        ({"logo_dark_url": "data:image/png;base64,AA"}, "options.logo_dark_url"),
        ([], "options"),
        (None, "options"),
    ],
)
def test_each_wrong_option_is_named(options, named):
    with pytest.raises(NoticeError) as refused:
        notices.checked(both(options=options))
    assert named in refused.value.message


def test_a_dark_logo_needs_a_light_one():
    with pytest.raises(NoticeError, match="give logo_url too"):
        notices.checked(a_notice(options={"logo_dark_url": "/dark.svg"}))


@pytest.mark.parametrize(
    ("language", "address"),
    [("de", "/de/cookies"), ("de-AT", "/de/cookies"), ("en", "/cookies"), (None, "/cookies")],
)
def test_each_language_has_its_own_policy_or_the_one_of_all(language, address):
    found = notices.from_document(
        notices.checked(both(policy_url="/cookies", options={"policy_urls": ALL["policy_urls"]}))
    )
    assert found.policy_url(language) == address


def test_a_path_of_the_site_is_made_whole_for_pages_on_another_host():
    whole = notices.wording.absolute
    assert whole("/cookies", "https://shop.example") == "https://shop.example/cookies"
    assert whole("https://a.example/x", "https://shop.example") == "https://a.example/x"


LOGOS = [{"logo_url": "LOGO"}, {"logo_url": "/a.svg", "options": {"logo_dark_url": "LOGO"}}]


@pytest.mark.parametrize("changes", LOGOS, ids=["light", "dark"])
@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/logo.svg",
        "http://shop.example/logo.svg",
        "https://shop.example:8443/logo.svg",
        "https://shop.example@evil.example/logo.svg",
        "https://shop.example.evil.example/logo.svg",
        "https://consent.example/logo.svg",
    ],
)
def test_a_logo_on_somebody_elses_host_is_refused_when_published(session, changes, address):
    site = a_site(session)
    text = json.dumps(a_notice(**changes)).replace("LOGO", address)
    notices.draft(session, site, json.loads(text))
    with pytest.raises(NoticeError, match=r"logo_(dark_)?url: this host is neither .* its path"):
        notices.publish(session, site)


@pytest.mark.parametrize("changes", LOGOS, ids=["light", "dark"])
@pytest.mark.parametrize(
    "address",
    ["/logo.svg", "https://shop.example/logo.svg", "https://consent.example/at/logo.svg"],
)
def test_a_logo_of_the_site_or_the_service_is_published(session, changes, address):
    site = a_site(session)
    text = json.dumps(a_notice(**changes)).replace("LOGO", address)
    notices.draft(session, site, json.loads(text))
    assert notices.publish(session, site, "https://consent.example/at").version == 1
