"""Bundle a published notice with the built core: a pure function of both.

The loader carries the first layer in the default language. All texts of each language, its list of
cookies and vendors (named by the texts' part), and the preference center are parts of their own,
loaded on demand. Every file's name holds a hash of its bytes, so each is immutable.
"""

import json
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from consent import ledger, regulations
from consent.notices import Notice, wording
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


@dataclass(frozen=True)
class Published:
    """What a bundle is made of besides the code."""

    site_key: str
    site_name: str
    public_url: str
    version: int
    digest: str
    notice: Notice


@dataclass(frozen=True)
class File:
    """One file to release."""

    name: str
    media_type: str
    body: bytes


def bundle(published: Published, core: Core) -> tuple[File, list[File]]:
    """Return the loader and the parts it loads."""
    notice = published.notice
    center = _file("center", "js", JAVASCRIPT, core.center.encode())
    lists = {
        language: _file(f"list.{language}", "json", JSON, _json(_list(published, language)))
        for language in notice.languages
    }
    texts = {
        language: _file(
            f"text.{language}",
            "json",
            JSON,
            _json({"texts": notice.texts(language), "list": listed.name}),
        )
        for language, listed in lists.items()
    }
    config = _config(published, core) | {
        "languages": {language: file.name for language, file in texts.items()},
        "center": {"file": center.name, "integrity": integrity(center.body)},
    }
    body = f"(function(CONFIG){{{core.loader}}})({_escaped(config)});\n".encode()
    return _file("loader", "js", JAVASCRIPT, body), [center, *texts.values(), *lists.values()]


def integrity(body: bytes) -> str:
    """Return the Subresource Integrity value of a file; the shortest hash that is safe."""
    return "sha256-" + ledger.digest(body)


def _config(published: Published, core: Core) -> dict[str, Any]:
    notice, document = published.notice, published.notice.document
    texts = notice.texts(None)
    return {
        "site": published.site_key,
        "service": published.public_url,
        "files": f"{published.public_url}/v1/sites/{published.site_key}/",
        "version": published.version,
        "digest": published.digest,
        "snippet": core.digest,
        "name": published.site_name,
        "language": notice.default_language,
        "rtl": [language for language in notice.languages if wording.direction(language) == "rtl"],
        "layout": document["layout"],
        "theme": document["theme"],
        "policy_url": document["policy_url"],
        "logo_url": document["logo_url"],
        "expiry": {
            "granted": int(notice.lifetime(granted=True).total_seconds()),
            "refused": int(notice.lifetime(granted=False).total_seconds()),
        },
        "regions": [
            {**item, "match": list(regulations.expand(item["match"]))}
            for item in document["regions"]
        ],
        "categories": document["categories"],
        "vendors": [
            {"key": vendor.key, "categories": vendor.categories, "bases": vendor.bases}
            for vendor in notice.vendors
        ],
        "texts": {key: texts[key] for key in FIRST_LAYER},
    }


def _list(published: Published, language: str) -> dict[str, Any]:
    """Return what is stored on the device: facts for removal, words for the tables."""
    notice = published.notice
    return {
        "cookies": [
            {
                "name": cookie.name,
                "match": cookie.match,
                "storage": cookie.storage,
                "host": cookie.host,
                "party": cookie.party,
                "category": cookie.category,
                "vendor": cookie.vendor,
                "provider": wording.provider(cookie, notice, published.site_name),
                "lasts": wording.lasting(cookie, notice, language),
                "purpose": wording.purpose(cookie, notice, language),
            }
            for cookie in notice.cookies
        ],
        "vendors": {
            vendor.key: {"name": vendor.name, "policy_url": vendor.policy_url}
            for vendor in notice.vendors
        },
    }


def _file(stem: str, ending: str, media_type: str, body: bytes) -> File:
    return File(f"{stem}.{sha256(body).hexdigest()[:16]}.{ending}", media_type, body)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _escaped(value: object) -> str:
    """Return JSON that may stand inside a script, whatever encloses it."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    for char in "<\u2028\u2029":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return text
