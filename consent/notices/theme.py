"""Which themes are refused: pairs of colours that could not be read or told apart.

Three pairs depend on the theme (WCAG 2.2, 1.4.3 and 1.4.11). Text on buttons, which is also the
knob of a switch that is on, and text on the surface reach 4.5:1. The button's edge, whose own
border is only a hint, reaches 3:1. The rest follows: a switch's border and the focus ring are drawn
in the text's colour. Where `--consent-on-accent` is left out beside an accent, `completed` gives
black or white, whichever is readable: one of them always is.
"""

from collections.abc import Iterator, Mapping

from consent.notices import contrast

ACCENT = "--consent-accent"
ON_ACCENT = "--consent-on-accent"
SURFACE = "--consent-surface"
TEXT = "--consent-text"
SCHEME = "--consent-color-scheme"

SCHEMES = ("light", "dark", "light dark")
# What stands in static/js/snippet/loader/banner.css, and what Canvas is in each scheme.
DEFAULT_ACCENT = "#336eea"
CANVAS = {"light": "#ffffff", "dark": "#121212"}
READABLE = 4.5
VISIBLE = 3.0


def completed(theme: Mapping[str, str]) -> dict[str, str]:
    """Return a theme with the ink that its accent asks for, where it names none."""
    accent = theme.get(ACCENT, "")
    if ON_ACCENT in theme or not contrast.is_colour(accent):
        return dict(theme)
    # Measured here: the snippet's own guess by CSS lightness misses 4.5:1 on some reds and blues.
    return {**theme, ON_ACCENT: max("#fff", "#000", key=lambda ink: contrast.ratio(ink, accent))}


def problems(theme: Mapping[str, str]) -> list[str]:
    """Return a sentence for each value and pair that is refused, with the measured ratio."""
    scheme = theme.get(SCHEME, "light dark")
    wrong = [
        f"{name} is no colour that can be measured: use a #colour such as #336eea."
        for name in (ACCENT, ON_ACCENT, SURFACE, TEXT)
        if name in theme and not contrast.is_colour(theme[name])
    ]
    if scheme not in SCHEMES:
        wrong.append(f"{SCHEME}: use light, dark or light dark.")
    if (SURFACE in theme) != (TEXT in theme):
        wrong.append(f"Give {SURFACE} and {TEXT} together, or neither.")
    return wrong or list(_unreadable(theme, scheme.split()))


def _unreadable(theme: Mapping[str, str], schemes: list[str]) -> Iterator[str]:
    accent = theme.get(ACCENT, DEFAULT_ACCENT)
    if ON_ACCENT in theme:
        yield from _pair(f"{ON_ACCENT} on {ACCENT}", theme[ON_ACCENT], accent, READABLE)
    if SURFACE in theme:
        surface = theme[SURFACE]
        yield from _pair(f"{TEXT} on {SURFACE}", theme[TEXT], surface, READABLE)
        yield from _pair(f"{ACCENT} on {SURFACE}", accent, surface, VISIBLE)
        return
    for scheme in schemes:
        name = f"{ACCENT} on the {scheme} surface {CANVAS[scheme]}"
        for sentence in _pair(name, accent, CANVAS[scheme], VISIBLE):
            yield f"{sentence} Or give {SURFACE} and {TEXT}, or one {SCHEME} alone."


def _pair(name: str, one: str, other: str, least: float) -> Iterator[str]:
    measured = contrast.ratio(one, other)
    if measured < least:
        # Cut, not rounded: 4.499 must not read as the 4.5 that it misses.
        shown = int(measured * 100) / 100
        yield f"{name} has a contrast of {shown:.2f}:1; use colours of at least {least:g}:1."
