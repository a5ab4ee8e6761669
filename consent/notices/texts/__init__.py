"""The texts we ship, one TOML file a language, in our own words.

`SHIPPED` maps language to key to text. English is whole and names every key there is; what another
language lacks falls back to English.
"""

import tomllib
from functools import cache
from importlib.resources import files

FALLBACK = "en"


@cache
def shipped() -> dict[str, dict[str, str]]:
    """Read all shipped languages once."""
    found = {}
    for file in sorted(files(__name__).iterdir(), key=lambda item: item.name):
        if file.name.endswith(".toml"):
            found[file.name.removesuffix(".toml")] = tomllib.loads(file.read_text("utf-8"))
    return found


def keys() -> frozenset[str]:
    """Return every text key."""
    return frozenset(shipped()[FALLBACK])


def completed(texts: dict[str, dict[str, str]], default_language: str) -> dict[str, dict[str, str]]:
    """Fill in what a notice leaves out.

    Each language takes our text of that language, else the notice's own default-language text, else
    our English one: nothing unfinished is ever shown.
    """
    base = {**shipped()[FALLBACK], **shipped().get(default_language, {})}
    base |= texts.get(default_language, {})
    return {language: {**base, **_ours(language), **own} for language, own in sorted(texts.items())}


def ours(language: str) -> dict[str, str]:
    """Return our own texts of a language, each that it lacks in English."""
    return {**shipped()[FALLBACK], **_ours(language)}


def _ours(language: str) -> dict[str, str]:
    return shipped().get(language) or shipped().get(language.partition("-")[0], {})


def written(language: str) -> frozenset[str]:
    """Return the keys of the texts that we ship in a language itself."""
    return frozenset(_ours(language))
