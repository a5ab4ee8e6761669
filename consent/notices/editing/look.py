"""The look: colours and shape as typed tokens, measured at once, layout and logos."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from consent.errors import InvalidFieldsError
from consent.notices import contrast
from consent.notices import theme as themes
from consent.notices.editing.parts import Document, with_options
from consent.notices.schemas import LAYOUTS

RADIUS, FONT = "--consent-radius", "--consent-font"
COLOURS = (themes.ACCENT, themes.ON_ACCENT, themes.SURFACE, themes.TEXT)
TOKENS = (*COLOURS, themes.SCHEME, RADIUS, FONT)

_RADIUS = re.compile(r"\d{1,3}(\.\d{1,3})?(px|rem|em)|0")
_FONT = re.compile(r"[A-Za-z][A-Za-z0-9 ,'\"-]{0,199}")


@dataclass(frozen=True)
class Measured:
    """Two colours that meet, their contrast, and how much it must be."""

    front: str
    behind: str
    scheme: str
    ratio: str
    least: float
    is_enough: bool


def set_look(
    document: Document, tokens: Mapping[str, str], layout: str, logos: Mapping[str, str]
) -> Document:
    """Set the theme, the layout and the logos; other properties of the theme stay."""
    _check(tokens, layout)
    kept = {name: value for name, value in document["theme"].items() if name not in TOKENS}
    theme = kept | {name: value.strip() for name, value in tokens.items() if value.strip()}
    options = {
        key: value for key, value in document.get("options", {}).items() if key != "logo_dark_url"
    }
    if dark := logos.get("logo_dark_url", "").strip():
        options["logo_dark_url"] = dark
    made = {
        **document,
        "theme": theme,
        "layout": layout,
        "logo_url": logos.get("logo_url", "").strip() or None,
    }
    return with_options(made, options)


def in_scheme(document: Document, scheme: str) -> Document:
    """Return a document as it looks in light or in dark surroundings, where it follows them."""
    theme = dict(document["theme"])
    if theme.get(themes.SCHEME, "light dark") == "light dark":
        theme[themes.SCHEME] = scheme
    options = dict(document.get("options", {}))
    dark = options.pop("logo_dark_url", None)
    logo = dark if dark and scheme == "dark" else document["logo_url"]
    return with_options({**document, "theme": theme, "logo_url": logo}, options)


def measured(theme: Mapping[str, str]) -> tuple[Measured, ...]:
    """Return the contrast of every pair of colours that meets, in each scheme the theme has."""
    whole = themes.completed(theme)
    accent = whole.get(themes.ACCENT, themes.DEFAULT_ACCENT)
    ink = whole.get(themes.ON_ACCENT, "#ffffff")
    if not (contrast.is_colour(accent) and contrast.is_colour(ink)):
        return ()
    found = [_pair((ink, accent), "", themes.READABLE)]
    for scheme, surface, text in _grounds(whole):
        found.append(_pair((text, surface), scheme, themes.READABLE))
        found.append(_pair((accent, surface), scheme, themes.VISIBLE))
    return tuple(found)


def _grounds(theme: Mapping[str, str]) -> list[tuple[str, str, str]]:
    surface, text = theme.get(themes.SURFACE, ""), theme.get(themes.TEXT, "")
    if contrast.is_colour(surface) and contrast.is_colour(text):
        return [("", surface, text)]
    ink = {"light": "#000000", "dark": "#ffffff"}
    schemes = theme.get(themes.SCHEME, "light dark").split()
    return [(each, themes.CANVAS[each], ink[each]) for each in schemes if each in ink]


def _pair(colours: tuple[str, str], scheme: str, least: float) -> Measured:
    found = contrast.ratio(*colours)
    # Cut, not rounded: 4.499 must not read as the 4.5 that it misses.
    return Measured(*colours, scheme, f"{int(found * 100) / 100:.2f}", least, found >= least)


def _check(tokens: Mapping[str, str], layout: str) -> None:
    problems: dict[str, Any] = {}
    for name, value in tokens.items():
        given = value.strip()
        if name not in TOKENS:
            problems[name] = ["There is no such property."]
        elif given and name in COLOURS and not contrast.is_colour(given):
            problems[name] = ["Use a colour such as #336eea."]
        elif given and name == RADIUS and not _RADIUS.fullmatch(given):
            problems[name] = ["Use a length such as 16px."]
        elif given and name == FONT and not _FONT.fullmatch(given):
            problems[name] = ["Use names of fonts, such as Georgia, serif."]
        elif given and name == themes.SCHEME and given not in themes.SCHEMES:
            problems[name] = ["Use light, dark or light dark."]
    if layout not in LAYOUTS:
        problems["layout"] = ["Choose one of the layouts."]
    if problems:
        raise InvalidFieldsError(problems)
