"""How far two colours stand apart: WCAG 2.2's contrast ratio over relative luminance."""

import re

_COLOUR = re.compile(r"#([0-9a-fA-F]{3}|[0-9a-fA-F]{6})")


def is_colour(text: str) -> bool:
    """Tell whether this is an opaque colour written as #rgb or #rrggbb."""
    return _COLOUR.fullmatch(text) is not None


def ratio(one: str, other: str) -> float:
    """Return the contrast of two #colours, from 1 (equal) to 21 (black on white)."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    digits = colour[1:]
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (_linear(int(digits[at : at + 2], 16) / 255) for at in (0, 2, 4))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    # 0.04045 is sRGB's own threshold; no 8-bit value lies between it and WCAG's earlier 0.03928.
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
