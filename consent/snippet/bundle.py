"""Bundle a published notice with the built core: a pure function of both.

The loader carries the first layer in the default language. All texts of each language, its list of
cookies and vendors (named by the texts' part), and the preference center are parts of their own,
loaded on demand. Every file's name holds a hash of its bytes, so each is immutable.
"""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from itertools import count
from typing import Any

from consent import clock, ledger, notices, regulations
from consent.notices import Cookie, Notice, wording
from consent.snippet import counter, modes, questions
from consent.snippet.core import Core

JAVASCRIPT = "text/javascript; charset=utf-8"
JSON = "application/json; charset=utf-8"

# What the first layer and the fallback show; all else is in the text parts.
FIRST_LAYER = (
    "banner_title",
    "banner_text",
    "accept_all",
    "reject_all",
    "open_center",
    "policy_link",
    "saved",
    "center_unavailable",
    "withdraw",
    "close",
)

# What the hosted pages alone show, by its beginning: no part holds it.
HOSTED_ALONE = (
    "action_",
    "back_to_site",
    "cookies_heading",
    "duration_",
    "history_",
    "key_",
    "page_",
    "receipt_",
    "record_",
    "recorded_on",
    "rights_",
    "skip_to_content",
    "verify_",
    "versions_",
    "withdraw_hint",
)


@dataclass(frozen=True)
class Published:
    """What a bundle is made of besides the code; `since` stands beside the notice's cookies.

    `files_url` is where the files lie, ending in a slash: at the service where it is empty.
    `own_host` says that the service is reached on the site's own host.
    """

    site_key: str
    site_name: str
    public_url: str
    version: int
    digest: str
    notice: Notice
    created_at: datetime
    since: tuple[int, ...]
    asks: Mapping[str, Any] = field(default_factory=dict)
    files_url: str = ""
    own_host: bool = False


@dataclass(frozen=True)
class File:
    """One file to release."""

    name: str
    media_type: str
    body: bytes


def bundle(published: Published, core: Core) -> tuple[File, list[File]]:
    """Return the loader and the parts it loads."""
    notice = published.notice
    scripts = [
        _script("center", core.center.encode()),
        _script("page", core.page.encode()),
    ]
    lists = {
        language: _file(f"list.{language}", "json", JSON, _json(_list(published, language)))
        for language in notice.languages
    }
    texts = {
        language: _file(f"text.{language}", "json", JSON, _json(_text(published, language, listed)))
        for language, listed in lists.items()
    }
    config = _config(published, core) | {
        # Backwards, so that the browser meets zh-Hant before zh.
        "languages": {language: texts[language].name for language in sorted(texts, reverse=True)},
        "parts": [_hash(file.body) for file in scripts],
    }
    body = f"{_before(published, core)}{core.loader}{_escaped(config)});\n".encode()
    return _file("loader", "js", JAVASCRIPT, body), [*scripts, *texts.values(), *lists.values()]


def integrity(body: bytes) -> str:
    """Return the Subresource Integrity value of a file; the shortest hash that is safe."""
    return "sha256-" + ledger.digest(body)


def _config(published: Published, core: Core) -> dict[str, Any]:
    notice, document = published.notice, published.notice.document
    texts = notice.texts(None)
    config = {
        "site": published.site_key,
        "service": published.public_url,
        "files": published.files_url or f"{published.public_url}/v1/sites/{published.site_key}/",
        "version": published.version,
        "digest": published.digest,
        "snippet": core.digest,
        "name": published.site_name,
        "language": notice.default_language,
        "rtl": [language for language in notice.languages if wording.direction(language) == "rtl"],
        "layout": document["layout"],
        "theme": notice.theme,
        "policy_url": notice.policy_url(),
        "expiry": {
            "granted": int(notice.lifetime(granted=True).total_seconds()),
            "refused": int(notice.lifetime(granted=False).total_seconds()),
        },
        "regions": _regions(document["regions"]),
        "categories": document["categories"],
        "vendors": questions.vendors(notice, published.asks),
        "texts": {key: texts[key] for key in FIRST_LAYER},
    }
    # Left out where there is nothing to say: every byte of the loader counts.
    if regulations.differ(notice.rules):
        config["ask_region"] = True
    if asked := notices.newest(published.asks):
        config["asked"] = asked
    if published.own_host:
        config["renew"] = True
    if document["logo_url"]:
        config["logo_url"] = document["logo_url"]
    if options := _options(notice):
        config["options"] = options
    return config


def _before(published: Published, core: Core) -> str:
    """Return what stands before everything else in the loader of a site that chose it."""
    url = f"{published.public_url}/v1/sites/{published.site_key}/shown"
    counting = counter.chosen(published.notice, url, published.version)
    parts = ((core.modes, modes.chosen(published.notice)), (core.shown, counting))
    return "".join(f"{code}{_escaped(chosen)});\n" for code, chosen in parts if chosen)


def _regions(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rules, groups spelt out; the last is left out where it says what holds anyway."""
    found = [
        {
            "match": list(regulations.expand(item["match"])),
            **{key: value for key, value in item.items() if key != "match" and value != "apply"},
        }
        for item in items
    ]
    return found[:-1] if found[-1] == {"match": ["*"], "model": "opt_in"} else found


def _options(notice: Notice) -> dict[str, Any]:
    """Return what the site chose and the snippet must know."""
    chosen = notice.options
    found = {
        "reopen_button": chosen.reopen_button,
        "powered_by": chosen.powered_by,
        "policy_new_tab": chosen.policy_new_tab,
        "logo_dark_url": chosen.logo_dark_url,
    }
    options: dict[str, Any] = {key: value for key, value in found.items() if value}
    return options if chosen.vendor_choices else options | {"vendor_choices": False}


def _text(published: Published, language: str, listed: File) -> dict[str, Any]:
    """Return what the second layer says in a language, and what the list is about."""
    notice = published.notice
    return {
        **questions.questions(notice, published.asks, language),
        "texts": {
            key: text
            for key, text in notice.texts(language).items()
            if not key.startswith(HOSTED_ALONE)
        },
        "list": listed.name,
        "cookies": Counter(cookie.category for cookie in notice.cookies),
        "policy_url": notice.policy_url(language),
        "published": clock.to_text(published.created_at),
        "versions": f"{published.public_url}/privacy/{published.site_key}/versions",
    }


# What is shown of an entry, in this order: texts of the labels.
FACTS = ("name", "host", "storage", "purpose", "duration", "party", "category", "since")


def _list(published: Published, language: str) -> dict[str, Any]:
    """Return what is stored on the device: codes for removal, and all words ready to be shown."""
    notice, texts = published.notice, published.notice.texts(language)
    entries = sorted(
        zip(notice.cookies, published.since, strict=True), key=lambda item: _place(notice, item[0])
    )
    return {
        "labels": [texts[f"cookie_{fact}"] for fact in FACTS],
        "cookies": [
            {
                "name": cookie.name,
                "match": cookie.match,
                "storage": cookie.storage,
                "party": cookie.party,
                "category": cookie.category,
                "vendor": cookie.vendor,
                "provider": wording.provider(cookie, notice, published.site_name),
                "facts": _facts(cookie, since, notice, language),
            }
            for cookie, since in entries
        ],
        "vendors": {
            vendor.key: {
                "name": vendor.name,
                "policy_url": vendor.policy_url,
                "hosts": vendor.hosts,
                "categories": vendor.categories,
            }
            for vendor in sorted(notice.vendors, key=lambda each: wording.folded(each.name))
        },
    }


def _facts(cookie: Cookie, since: int, notice: Notice, language: str) -> list[str]:
    """Return the facts of an entry, as FACTS says."""
    texts = notice.texts(language)
    return [
        wording.shown_name(cookie),
        cookie.host,
        texts[f"storage_{cookie.storage}"],
        wording.purpose(cookie, notice, language),
        wording.lasting(cookie, notice, language),
        texts[f"party_{cookie.party}"],
        texts[f"category_{cookie.category}_name"],
        texts["since_version"].replace("{version}", str(since)),
    ]


def _place(notice: Notice, cookie: Cookie) -> tuple[str, str]:
    """Return the place in the list: the site's own first, then by provider, then by name."""
    vendor = notice.vendor_by_key.get(cookie.vendor or "")
    return wording.folded(vendor.name) if vendor else "", wording.folded(cookie.name)


def _file(stem: str, ending: str, media_type: str, body: bytes) -> File:
    return File(f"{stem}.{sha256(body).hexdigest()[:16]}.{ending}", media_type, body)


def _script(stem: str, body: bytes) -> File:
    """Name a script by its whole hash, which the loader needs as its integrity value, too.

    A comment at the end sees to it that the hash has letters and digits alone: some file servers
    read a plus in an address as a space.
    """
    for number in count():
        whole = body + f"//{number}".encode()
        if (digest := _hash(whole)).isalnum():
            return File(f"{stem}.{digest}.js", JAVASCRIPT, whole)
    raise AssertionError


def _hash(body: bytes) -> str:
    return ledger.digest(body).rstrip("=")


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _escaped(value: object) -> str:
    """Return JSON that may stand inside a script, whatever encloses it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
