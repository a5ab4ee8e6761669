"""Editing the look, the regions and the options of a draft."""

from consent import notices
from consent.notices.editing import look, options, regions
from tests.notices.test_editing import document, refused

__all__ = ["document"]


def test_a_look_is_kept_and_other_properties_of_the_theme_stay(document):
    themed = {**document, "theme": {"--consent-gap": "4px", "--consent-accent": "#123456"}}
    tokens = {"--consent-accent": "", "--consent-radius": "8px", "--consent-font": "Georgia, serif"}
    made = look.set_look(themed, tokens, "tab", {"logo_url": "/l.svg", "logo_dark_url": "/d.svg"})
    assert made["theme"] == {
        "--consent-gap": "4px",
        "--consent-radius": "8px",
        "--consent-font": "Georgia, serif",
    }
    assert (made["layout"], made["logo_url"]) == ("tab", "/l.svg")
    assert made["options"] == {"logo_dark_url": "/d.svg"}
    notices.checked(made)
    assert "options" not in look.set_look(made, {}, "tab", {})


def test_values_that_are_no_colour_length_or_font_are_refused(document):
    for name, value in (
        ("--consent-accent", "red"),
        ("--consent-accent", "#12345"),
        ("--consent-text", "url(x)"),
        ("--consent-radius", "50%"),
        ("--consent-font", "x; } body {"),
        ("--consent-color-scheme", "dim"),
        ("--consent-gap", "4px"),
    ):
        given = {name: value}
        assert list(refused(lambda given=given: look.set_look(document, given, "tab", {}))) == [
            name
        ]
    assert "layout" in refused(lambda: look.set_look(document, {}, "wall", {}))


def test_contrast_is_measured_for_each_pair_and_scheme():
    found = look.measured({"--consent-accent": "#336eea"})
    assert [(each.scheme, each.is_enough) for each in found] == [
        ("", True),
        ("light", True),
        ("light", True),
        ("dark", True),
        ("dark", True),
    ]
    grey = look.measured(
        {"--consent-surface": "#ffffff", "--consent-text": "#999", "--consent-accent": "#888"}
    )
    assert [(each.ratio, each.is_enough) for each in grey][1] == ("2.84", False)
    assert look.measured({"--consent-accent": "blue"}) == ()


def test_regions_are_kept_in_their_order(document):
    rules = [
        {"match": regions.places("eu gb, de"), "model": "opt_in"},
        {"match": ["US-CA"], "model": "opt_out", "models": {"functional": "notice_only"}},
        {"match": ["*"], "model": "opt_in", "gpc": "ignore"},
    ]
    made = regions.set_regions(document, rules)
    notices.checked(made)
    assert made["regions"][0]["match"] == ["EU", "GB", "DE"]
    assert regions.rule_in(made, "US-CA").model == "opt_out"
    assert regions.rule_in(made, None).gpc == "ignore"


def test_a_rule_nobody_reaches_and_a_place_that_is_none_are_refused(document):
    wrong = refused(
        lambda: regions.set_regions(
            document,
            [
                {"match": ["DE", "Germany"], "model": "opt_in"},
                {"match": [], "model": "opt_in"},
                {"match": ["*"], "model": "implied"},
                {"match": ["FR"], "model": "opt_in"},
                {"match": ["*"], "model": "opt_in", "models": {"necessary": "opt_out"}},
            ],
        )
    )
    assert set(wrong) == {"0", "1", "2", "3", "4"}
    assert refused(lambda: regions.set_regions(document, [])) == {
        "0": {"match": ["Keep at least one rule."]}
    }


def test_options_that_have_their_default_are_left_out_of_the_file(document):
    facts = {
        "expiry": {"granted": "P180D", "refused": "P180D"},
        "policy_url": "https://shop.example/cookies",
        "default_language": "en",
    }
    plain = options.set_options(
        document,
        options={"vendor_choices": True, "reopen_button": None, "consent_modes": []},
        **facts,
    )
    assert plain == document
    made = options.set_options(
        document, options={"vendor_choices": False, "consent_modes": ["google"]}, **facts
    )
    assert made["options"] == {"vendor_choices": False, "consent_modes": ["google"]}


def test_every_wrong_option_is_named(document):
    wrong = refused(
        lambda: options.set_options(
            document,
            options={"reopen_button": "top", "powered_by": "x", "policy_urls": {"fr": "/x"}},
            expiry={"granted": "long", "refused": "P0D"},
            policy_url="//evil.example",
            default_language="fr",
        )
    )
    assert set(wrong) == {
        *("reopen_button", "powered_by", "policy_urls", "granted", "refused"),
        *("policy_url", "default_language"),
    }


def test_a_look_in_the_dark_has_the_dark_logo_and_scheme_where_it_follows_the_visitor(document):
    made = look.set_look(document, {}, "tab", {"logo_url": "/l.svg", "logo_dark_url": "/d.svg"})
    assert look.in_scheme(made, "light")["logo_url"] == "/l.svg"
    dark = look.in_scheme(made, "dark")
    assert (dark["logo_url"], dark["theme"]) == ("/d.svg", {"--consent-color-scheme": "dark"})
    assert "options" not in dark
    fixed = {**made, "theme": {"--consent-color-scheme": "light"}}
    assert look.in_scheme(fixed, "dark")["theme"] == fixed["theme"]
