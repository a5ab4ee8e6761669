"""Rules about words: what the first layer must say, what it must not, and in which languages."""

import re
from collections.abc import Iterator

from consent.notices import texts as shipped
from consent.notices.lint.finding import Document, Place, Rule

BUTTONS = ("accept_all", "reject_all", "open_center")
FIRST_LAYER = ("banner_title", "banner_text", *BUTTONS, "policy_link")
LONGEST = 600
SHORTEST = 60
# A label this many times as long as the other is another thing to press.
MOST_TIMES = 3.0
LEAST_DIFFERENT = 12

# English and German, folded. They are signs, not proofs: whoever knows better overrides in writing.
_CLOSING = re.compile(
    r"\bby (continuing|closing|scrolling|using|staying|clicking anywhere)\b"
    r"|\bif you (continue|keep browsing|close|carry on)\b.{0,80}\b(agree|accept|consent)"
    r"|\bcontinuing to (use|browse)\b"
    r"|\b(durch|mit) (die|der) (weitere[nr]? )?nutzung\b"
    r"|\bwenn sie (weiter|fortfahren|die seite schließen|schließen)\b"
    r"|\bindem sie (weiter|fortfahren|diese|die seite)\b"
)
_WALL = re.compile(
    r"\b(must|have to|need to|are required to) (accept|agree|allow|consent)\b"
    r"|\b(only|just) (if|when|after) you (accept|agree|allow|consent)\b"
    r"|\bwithout (your )?(consent|agreement|cookies).{0,40}\b(cannot|can't|not be able to) "
    r"(use|visit|enter|read|see)\b"
    r"|\bmüssen sie .{0,40}\b(zustimmen|akzeptieren|einwilligen)\b"
    r"|\bnur (wenn|nachdem) sie .{0,40}\b(zustimmen|akzeptieren|einwilligen)\b"
)
_GUILT = re.compile(
    r"\bno,? (thanks|i)\b|\bi (don't|do not|hate|prefer|would rather|want)\b|\bmiss(ing)? out\b"
    r"|\bworse\b|\bruin|\bsad(ly)?\b|\bsorry\b|\brisk\b|\bharm|\bsupport us\b|\bdon't care\b"
    r"|\bnein,? (danke|ich)\b|\bich (will|möchte|verzichte)\b|\bleider\b|\bschlechter|\bschade\b"
    r"|\bverpass|\bunterstütz"
)


def _all(document: Document, *keys: str) -> Iterator[tuple[str, str, str]]:
    """Yield language, key and text, where there is one."""
    for language, texts in document["texts"].items():
        for key in keys:
            yield language, key, texts.get(key) or ""


def _unsaid(document: Document, *keys: str) -> Iterator[Place]:
    # A notice that leaves a text out shows ours: only one that is there and says nothing is wrong.
    for language, texts in document["texts"].items():
        for key in keys:
            if key in texts and not (texts[key] or "").strip():
                yield ("texts", language, key), None


def _no_reject(document: Document) -> Iterator[Place]:
    return _unsaid(document, "reject_all")


def _no_words(document: Document) -> Iterator[Place]:
    return _unsaid(document, *(key for key in FIRST_LAYER if key != "reject_all"))


def _same(document: Document) -> Iterator[Place]:
    for language, texts in document["texts"].items():
        said = {key: _folded(texts.get(key) or "") for key in BUTTONS}
        for key in ("accept_all", "open_center"):
            if said["reject_all"] and said[key] == said["reject_all"]:
                yield ("texts", language, "reject_all"), texts["reject_all"]


def _unequal(document: Document) -> Iterator[Place]:
    for language, texts in document["texts"].items():
        accept, reject = (len((texts.get(key) or "").strip()) for key in BUTTONS[:2])
        short, long = sorted((accept, reject))
        if short and long > LEAST_DIFFERENT and long / short > MOST_TIMES:
            yield ("texts", language, "reject_all"), f"{accept} : {reject}"


def _matching(document: Document, pattern: re.Pattern[str], *keys: str) -> Iterator[Place]:
    for language, key, text in _all(document, *keys):
        if found := pattern.search(_folded(text)):
            yield ("texts", language, key), found[0]


def _closing(document: Document) -> Iterator[Place]:
    return _matching(document, _CLOSING, "banner_title", "banner_text", "center_intro", "close")


def _wall(document: Document) -> Iterator[Place]:
    return _matching(document, _WALL, "banner_title", "banner_text", "center_intro")


def _guilt(document: Document) -> Iterator[Place]:
    return _matching(document, _GUILT, "reject_all", "news_reject", "withdraw", "gpc_keep")


def _long(document: Document) -> Iterator[Place]:
    for language, key, text in _all(document, "banner_text"):
        if len(text) > LONGEST:
            yield ("texts", language, key), str(len(text))


def _short(document: Document) -> Iterator[Place]:
    for language, key, text in _all(document, "banner_text"):
        if 0 < len(text.strip()) < SHORTEST:
            yield ("texts", language, key), str(len(text.strip()))


def _promised(document: Document) -> Iterator[Place]:
    for language in document.get("promised", ()):
        if language not in document["texts"]:
            yield ("texts", language), language


def _untranslated(document: Document) -> Iterator[Place]:
    """Yield languages whose visitors would read another language on the first layer."""
    default = document["default_language"].partition("-")[0]
    known = {language.partition("-")[0] for language in shipped.shipped()}
    ours = shipped.keys()
    for language, texts in document["written"].items():
        plain = language.partition("-")[0]
        if plain == default:
            continue
        keys = [f"category_{each['key']}_name" for each in document["categories"]]
        if plain in known:
            # What we ship is translated: the site's own categories are not.
            keys = [key for key in keys if key not in ours]
        else:
            keys += FIRST_LAYER
        missing = [key for key in keys if key not in texts]
        if missing:
            yield ("texts", language, missing[0]), ", ".join(missing[:3])


def _purposes(document: Document) -> Iterator[Place]:
    for language in document["texts"]:
        lacking = [
            (index, item)
            for index, item in enumerate(document["cookies"])
            if not (item.get("purpose", {}).get(language) or "").strip()
        ]
        if lacking:
            index, item = lacking[0]
            more = f" +{len(lacking) - 1}" if len(lacking) > 1 else ""
            yield ("cookies", index, "purpose", language), f"{item['name']}{more}"


def _folded(text: str) -> str:
    return " ".join(text.casefold().replace("\u2019", "'").split()).replace(
        "schliessen", "schließen"
    )


RULES = (
    Rule(
        "reject-on-first-layer",
        "refuse",
        "EDPB Cookie Banner Taskforce 2023, 8; CNIL 2020-091; AEPD guide 2023",
        "The button that rejects all has no words on it. Give it some, such as Reject all.",
        _no_reject,
    ),
    Rule(
        "same-words",
        "refuse",
        "EDPB Guidelines 03/2022: left in the dark",
        "Two buttons of the first layer say the same. Give each the words of what it does.",
        _same,
    ),
    Rule(
        "first-layer-says-nothing",
        "refuse",
        "EDPB Cookie Banner Taskforce 2023, 12; GDPR Art. 13",
        "A text of the first layer is empty. Write it, or leave it out so that ours is shown.",
        _no_words,
    ),
    Rule(
        "unequal-words",
        "warn",
        "CNIL 2020-092, 34; Garante 10 June 2021 n. 231",
        "One of accept and reject is much longer to read. Use words of like length.",
        _unequal,
    ),
    Rule(
        "close-means-accept",
        "refuse",
        "GDPR recital 32; EDPB Cookie Banner Taskforce 2023, 7; Garante 10 June 2021 n. 231",
        "It reads as if going on, scrolling or closing were an agreement. They never are: say that "
        "nothing optional happens until somebody agrees.",
        _closing,
    ),
    Rule(
        "cookie-wall",
        "refuse",
        "EDPB Guidelines 05/2020, 39-41; EDPB Opinion 08/2024",
        "It reads as if the site could be used only by those who agree. Say that refusing is fine.",
        _wall,
    ),
    Rule(
        "guilt",
        "warn",
        "EDPB Guidelines 03/2022, Annex I: stirring",
        "The button that refuses should say what it does and make nobody feel bad. Use plain words "
        "such as Reject all.",
        _guilt,
    ),
    Rule(
        "first-layer-long",
        "warn",
        "EDPB Guidelines 03/2022, Annex I: overloading",
        "Few read so much on a first layer. Say what, why and how in at most 600 characters.",
        _long,
    ),
    Rule(
        "first-layer-short",
        "warn",
        "EDPB Cookie Banner Taskforce 2023, 12",
        "Say what is stored, why, and how to decide: this is too short for all three.",
        _short,
    ),
    Rule(
        "language-missing",
        "refuse",
        "GDPR Art. 12(1)",
        "The site promises this language and the notice has no texts in it. Add them.",
        _promised,
    ),
    Rule(
        "texts-untranslated",
        "refuse",
        "GDPR Art. 12(1); EDPB Guidelines 03/2022: language discontinuity",
        "Visitors would read another language on the first layer. Translate these texts, or take "
        "the language out.",
        _untranslated,
    ),
    Rule(
        "purpose-missing",
        "warn",
        "GDPR Art. 12(1), 13(1)(c)",
        "What this is for is not said in this language. Add the purpose.",
        _purposes,
    ),
)
