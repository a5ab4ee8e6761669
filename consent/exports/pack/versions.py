"""The notices of a pack: each document as it was published, and the same as a page to read."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import ledger, notices
from consent.exports.pack.archive import Archive
from consent.exports.pack.order import Order
from consent.exports.pack.pages import page
from consent.exports.period import said
from consent.notices import Notice, NoticeVersion, wording

FIRST = ("banner_title", "banner_text", "accept_all", "reject_all", "open_center", "policy_link")
SECOND = (
    "center_title",
    "center_intro",
    "allow_all",
    "manage_title",
    "confirm",
    "always_active",
    "close",
)


@dataclass(frozen=True)
class InForce:
    """A version in short: from when to when it was the newest, and how many decisions saw it."""

    number: int
    digest: str
    since: str
    until: str
    shown: int


@dataclass(frozen=True)
class Language:
    """The words of one language, layer by layer; `rest` is all that stands elsewhere."""

    code: str
    direction: str
    first: Sequence[tuple[str, str]]
    second: Sequence[tuple[str, str]]
    categories: Sequence[tuple[str, str, str]]
    rest: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Listed:
    """One line of the cookie table."""

    name: str
    kind: str
    host: str
    party: str
    duration: str
    category: str
    company: str
    purpose: str


@dataclass(frozen=True)
class NoticePage:
    """A version to read."""

    site_name: str
    number: int
    digest: str
    published: str
    settings: Sequence[tuple[str, str]]
    rules: Sequence[tuple[str, str, str, str]]
    categories: Sequence[tuple[str, bool]]
    vendors: Sequence[notices.Vendor]
    cookies: Sequence[Listed]
    languages: Sequence[Language]


def in_force(
    session: Session, site_id: int, start: datetime | None, end: datetime | None
) -> Iterator[tuple[int, str, datetime, datetime | None]]:
    """Yield the versions that were the newest at some moment of a period: number, digest, times."""
    rows = session.execute(
        select(NoticeVersion.version, NoticeVersion.digest, NoticeVersion.created_at)
        .where(NoticeVersion.site_id == site_id)
        .order_by(NoticeVersion.version)
        .prefix_with("/* exports.in_force */")
    ).all()
    for at, row in enumerate(rows):
        until = rows[at + 1].created_at if at + 1 < len(rows) else None
        if (end is None or row.created_at < end) and (
            start is None or until is None or until > start
        ):
            yield row.version, row.digest, row.created_at, until


def write(session: Session, order: Order, archive: Archive, numbers: Sequence[int]) -> None:
    """Write versions, one at a time: document and page."""
    for number in sorted(numbers):
        version = notices.published_or_refuse(session, order.site.id, number)
        archive.add(f"notices/{number}.json", version.document.encode())
        # Not `notices.read`, which remembers: a long history would push out what is in use.
        document = notices.from_document(ledger.parse(version.document))
        found = _page(order, version, document)
        archive.add(f"notices/{number}.html", page("notice.html", {"page": found}))
        session.expunge(version)


def _page(order: Order, version: NoticeVersion, notice: Notice) -> NoticePage:
    return NoticePage(
        site_name=order.site.name,
        number=version.version,
        digest=version.digest,
        published=said(version.created_at),
        settings=_settings(notice.document),
        rules=[
            (
                ", ".join(rule["match"]),
                rule["model"],
                rule["gpc"],
                ", ".join(f"{key}: {model}" for key, model in rule.get("models", {}).items()),
            )
            for rule in notice.document["regions"]
        ],
        categories=[(each.key, each.locked) for each in notice.categories],
        vendors=notice.vendors,
        cookies=[_cookie(each, notice, order.site.name) for each in notice.cookies],
        languages=[_language(code, notice) for code in notice.languages],
    )


def _settings(document: Any) -> list[tuple[str, str]]:
    apart = {"categories", "vendors", "cookies", "texts", "regions"}
    found = []
    for key, value in document.items():
        if key in apart:
            continue
        if isinstance(value, dict):
            found += [(f"{key}.{name}", _said(each)) for name, each in value.items()]
        else:
            found.append((key, _said(value)))
    return found


def _said(value: object) -> str:
    if value is None:
        return "none"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cookie(cookie: notices.Cookie, notice: Notice, site_name: str) -> Listed:
    return Listed(
        name=wording.shown_name(cookie),
        kind=cookie.storage,
        host=cookie.host,
        party=cookie.party,
        duration=cookie.duration,
        category=cookie.category,
        company=wording.provider(cookie, notice, site_name),
        purpose=wording.purpose(cookie, notice, notice.default_language),
    )


def _language(code: str, notice: Notice) -> Language:
    texts: dict[str, str] = notice.document["texts"][code]
    categories = [
        (each.key, texts.get(f"category_{each.key}_name", ""), _text(texts, each.key))
        for each in notice.categories
    ]
    apart = {*FIRST, *SECOND}
    for each in notice.categories:
        apart |= {f"category_{each.key}_name", f"category_{each.key}_text"}
    return Language(
        code=code,
        direction=wording.direction(code),
        first=[(key, texts[key]) for key in FIRST if key in texts],
        second=[(key, texts[key]) for key in SECOND if key in texts],
        categories=categories,
        rest=[(key, text) for key, text in texts.items() if key not in apart],
    )


def _text(texts: dict[str, str], key: str) -> str:
    return texts.get(f"category_{key}_text", "")
