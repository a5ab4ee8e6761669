"""The site's own look on hosted pages: its theme as a small style sheet, its logo.

The policy of these pages allows no inline style, so the theme is a file of its own. Every value is
checked once more here: nothing but a colour, a length or font names ever reaches the style sheet.
It also lets a company's row say, without JavaScript, that the category above is off.
"""

import re
from dataclasses import dataclass
from hashlib import sha256

from consent.notices import Notice, wording
from consent.sites import Site

_COLOUR = r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})"
_LENGTH = r"0|\d{1,4}(\.\d{1,3})?(px|rem|em)"
_FONT = r"[A-Za-z][A-Za-z0-9 -]{0,60}|'[A-Za-z0-9 -]{1,60}'|\"[A-Za-z0-9 -]{1,60}\""
SCHEMES = ("light", "dark", "light dark")

# What of a theme shows on a page, by the property of tokens.css that it sets.
_TOKENS = {
    "--brand": ("--consent-accent", _COLOUR),
    "--brand-ink": ("--consent-on-accent", _COLOUR),
    "--round": ("--consent-radius", _LENGTH),
    "--sans": ("--consent-font", rf"({_FONT})( *, *({_FONT})){{0,9}}"),
}


@dataclass(frozen=True)
class Look:
    """How hosted pages of a site look."""

    css_url: str
    branded: bool
    scheme: str
    logo_url: str
    logo_dark_url: str


def look(site: Site, notice: Notice, page_url: str) -> Look:
    """Return the look that a notice gives its pages."""
    theme, origin = notice.document["theme"], site.origins[0]
    body = css(notice)
    scheme = theme.get("--consent-color-scheme")
    return Look(
        css_url=f"{page_url}/theme.css?v={digest(body)}",
        branded=" --brand:" in body,
        scheme=scheme if scheme in SCHEMES else "light dark",
        logo_url=wording.absolute(notice.document["logo_url"] or "", origin),
        logo_dark_url=wording.absolute(notice.options.logo_dark_url or "", origin),
    )


def css(notice: Notice) -> str:
    """Return the style sheet of a notice: what of its theme shows on a page, and its categories."""
    theme = notice.document["theme"]
    values = {
        token: theme[name]
        for token, (name, pattern) in _TOKENS.items()
        if name in theme and re.fullmatch(pattern, theme[name])
    }
    lines = "".join(f"  {token}: {value};\n" for token, value in values.items())
    rules = [f":root:root {{\n{lines}}}\n"] if lines else []
    for key in notice.optional:
        row = f'form:has(#allow-{key}:not(:checked)) [data-row="{key}"]'
        rules.append(f"{row} .waits {{ display: inline }}\n")
        rules.append(f'{row} input[name="consent"] {{ accent-color: var(--edge) }}\n')
    return "".join(rules)


def digest(body: str) -> str:
    """Return what names the bytes of a style sheet in its address."""
    return sha256(body.encode()).hexdigest()[:16]
