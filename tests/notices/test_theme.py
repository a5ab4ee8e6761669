"""A theme whose text could not be read, or whose buttons could not be seen, is refused (S15)."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from consent import notices
from consent.errors import NoticeError
from consent.notices import contrast, theme
from tests.factories import a_notice

ACCENT, ON_ACCENT = "--consent-accent", "--consent-on-accent"
SURFACE, TEXT, SCHEME = "--consent-surface", "--consent-text", "--consent-color-scheme"


# The extremes are in WCAG 2.2's definition; the greys and hues are widely published values.
@pytest.mark.parametrize(
    ("one", "other", "measured"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#000", "#fff", 21.0),
        ("#123456", "#123456", 1.0),
        ("#777777", "#ffffff", 4.48),
        ("#767676", "#ffffff", 4.54),
        ("#ff0000", "#ffffff", 4.0),
        ("#0000ff", "#ffffff", 8.59),
        ("#00FF00", "#ffffff", 1.37),
    ],
)
def test_contrast_is_that_of_the_guidelines(one, other, measured):
    assert contrast.ratio(one, other) == pytest.approx(measured, abs=0.005)
    assert contrast.ratio(other, one) == contrast.ratio(one, other)


@pytest.mark.parametrize(
    "good",
    [
        {},
        {ACCENT: "#0e7c8b", ON_ACCENT: "#ffffff"},
        {ACCENT: "#336EEA"},
        {SURFACE: "#101820", TEXT: "#f2f2f2", ACCENT: "#9dc3f7"},
        {SURFACE: "#fff", TEXT: "#222", ACCENT: "#003366"},
        {ACCENT: "#003366", SCHEME: "light"},
        {ACCENT: "#ffcc00", SCHEME: "dark"},
        {SCHEME: "light dark"},
        {"--consent-radius": "0", "--consent-font": "Georgia, serif"},
    ],
    ids=repr,
)
def test_a_theme_that_can_be_read_is_accepted(good):
    assert notices.checked(a_notice(theme=good))["theme"] == good


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({ACCENT: "#ffffff", ON_ACCENT: "#ffffff"}, f"{ON_ACCENT} on {ACCENT} .* 1.00:1"),
        ({ON_ACCENT: "#000000", ACCENT: "#2b5fd9"}, f"{ON_ACCENT} on {ACCENT} .* 3.74:1"),
        ({SURFACE: "#ffffff", TEXT: "#777777"}, f"{TEXT} on {SURFACE} .* 4.47:1.* 4.5:1"),
        ({SURFACE: "#fff", TEXT: "#000", ACCENT: "#ffcc00"}, f"{ACCENT} on {SURFACE} .* 1.51:1"),
        ({SURFACE: "#336eea", TEXT: "#ffffff"}, f"{ACCENT} on {SURFACE} .* 1.00:1"),
        ({ACCENT: "#003366"}, f"{ACCENT} on the dark surface #121212 .* 1.48:1.*{SCHEME}"),
        ({ACCENT: "#ffcc00"}, f"{ACCENT} on the light surface #ffffff .* 1.51:1"),
        ({ACCENT: "#ffcc00", SCHEME: "light"}, f"{ACCENT} on the light surface"),
        ({SURFACE: "#ffffff"}, f"{SURFACE} and {TEXT} together"),
        ({TEXT: "#000000"}, f"{SURFACE} and {TEXT} together"),
        ({SCHEME: "dark light"}, f"{SCHEME}: use light, dark or light dark"),
        ({SCHEME: "normal"}, f"{SCHEME}: use light, dark or light dark"),
    ],
    ids=repr,
)
def test_a_pair_that_cannot_be_read_is_refused_with_its_measured_contrast(bad, said):
    with pytest.raises(NoticeError, match=said):
        notices.checked(a_notice(theme=bad))


@pytest.mark.parametrize("name", [ACCENT, ON_ACCENT, SURFACE, TEXT])
@pytest.mark.parametrize("value", ["red", "#ff000080", "#f008", "12px", "CanvasText", "#12345"])
def test_a_colour_that_cannot_be_measured_is_refused(name, value):
    with pytest.raises(NoticeError, match=f"{name} is no colour .* use a #colour"):
        notices.checked(a_notice(theme={name: value}))


@pytest.mark.parametrize(
    ("accent", "ink"),
    [("#e60000", "#fff"), ("#0073fa", "#000"), ("#777", "#000"), ("#ffcc00", "#000")],
)
def test_ink_left_out_is_the_readable_one(accent, ink):
    document = notices.checked(a_notice(theme={ACCENT: "#336eea"})) | {"theme": {ACCENT: accent}}
    found = notices.from_document(document)
    assert found.theme == {ACCENT: accent, ON_ACCENT: ink}
    assert found.document["theme"] == {ACCENT: accent}


def test_one_ink_is_readable_on_every_accent():
    for grey in range(256):
        accent = f"#{grey:02x}{grey:02x}{grey:02x}"
        ink = theme.completed({ACCENT: accent})[ON_ACCENT]
        assert contrast.ratio(accent, ink) >= 4.5


@pytest.mark.parametrize(
    "given",
    [{}, {ACCENT: "red"}, {ACCENT: "#123456", ON_ACCENT: "#eee"}, {"--consent-radius": "0"}],
)
def test_a_theme_that_needs_no_ink_stays_as_it_is(given):
    assert theme.completed(given) == given


def test_the_demo_can_be_read():
    demo = json.loads(files("consent.demo").joinpath("notice.json").read_text("utf-8"))
    assert theme.problems(demo["theme"]) == []


def test_the_default_accent_is_that_of_the_snippet():
    css = (
        Path(__file__, "../../../static/js/snippet/loader/banner.css").resolve().read_text("utf-8")
    )
    found = re.search(r"--consent-accent: (#\w+);", css)
    assert found
    assert found.group(1) == theme.DEFAULT_ACCENT
