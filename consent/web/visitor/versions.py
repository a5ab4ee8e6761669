"""Every cookie list a site has published, readable by anyone and without JavaScript."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request

from consent import notices, snippet
from consent.notices import Cookie, Notice, NoticeVersion, Rule, wording
from consent.sites import Site
from consent.snippet import Hashes
from consent.web import answers, guards
from consent.web.pages import Page, render, text
from consent.web.services import services
from consent.web.visitor import hosted, theme
from consent.web.visitor.hashes import address

door = Blueprint("versions", __name__)
MOST = 999_999_999


@dataclass(frozen=True)
class VersionView:
    """One published version in the list of all."""

    version: int
    url: str
    date: str
    entries: int


@dataclass(frozen=True)
class EntryView:
    """One entry of a published cookie list, in words."""

    name: str
    kind: str
    provider: str
    policy_url: str
    host: str
    party: str
    purpose: str
    duration: str
    since: int


@dataclass(frozen=True)
class ListView:
    """What a version listed in one category."""

    key: str
    name: str
    text: str
    entries: tuple[EntryView, ...]


@dataclass(frozen=True, kw_only=True)
class VersionsPage(Page):
    """All versions, newest first."""

    template: ClassVar[str] = "visitor/versions.html"
    look: theme.Look
    center_url: str
    versions: tuple[VersionView, ...]


@dataclass(frozen=True)
class ProofView:
    """The hashes of a version by what they stand for, and what the linter says of it."""

    sums: tuple[tuple[str, str], ...]
    held: int
    checked: int
    broken: tuple[Rule, ...]
    url: str


@dataclass(frozen=True, kw_only=True)
class VersionPage(Page):
    """The cookie list as one version published it."""

    template: ClassVar[str] = "visitor/version.html"
    look: theme.Look
    center_url: str
    all_url: str
    newest_url: str | None
    version: int
    published_on: str
    lists: tuple[ListView, ...]
    proof: ProofView


@door.get("/privacy/<site_key>/versions")
@guards.reader
def show_all(site: Site) -> Response:
    """List every version the site has published."""
    with services().database.reading() as session:
        notice = notices.read(notices.in_force(session, site.id))
        found = notices.all_published(session, site.id)
    language = hosted.wanted_language(notice)
    views = tuple(
        VersionView(
            each.version,
            _url(site, each.version),
            hosted.date(each.created_at, language),
            each.entries,
        )
        for each in found
    )
    return render(
        VersionsPage(
            **hosted.common(site, notice, language, title="versions_title"),
            look=hosted.look(site, notice),
            center_url=_center(site),
            versions=views,
        )
    )


@door.get(f"/privacy/<site_key>/versions/<int(max={MOST}):number>")
@guards.reader
def show_one(site: Site, number: int) -> Response:
    """Show the cookie list as it was published then."""
    with services().database.reading() as session:
        newest = notices.in_force(session, site.id)
        version = notices.published_or_refuse(session, site.id, number)
        since = notices.listed_since(session, version)
        hashes = snippet.hashes_of(session, version)
    return render(_page(site, version, since, newest, hashes))


def _page(
    site: Site,
    version: NoticeVersion,
    since: tuple[int, ...],
    newest: NoticeVersion,
    hashes: Hashes,
) -> VersionPage:
    notice = notices.read(version)
    language = hosted.wanted_language(notice)
    facts = hosted.common(site, notice, language, title="versions_one")
    title = text(facts["texts"], "versions_one", site=site.name, version=version.version)
    return VersionPage(
        **{**facts, "title": title},
        # The site looks as it does today, whatever it listed then.
        look=hosted.look(site, notices.read(newest)),
        center_url=_center(site),
        all_url=_url(site),
        newest_url=_url(site, newest.version) if version.version < newest.version else None,
        version=version.version,
        published_on=hosted.date(version.created_at, language),
        lists=tuple(_lists(site, notice, language, since)),
        proof=_proof(site, hashes),
    )


def _proof(site: Site, hashes: Hashes) -> ProofView:
    return ProofView(
        sums=(
            ("notice", hashes.digest),
            *(("script", loader.sha256) for loader in hashes.loaders),
            *hashes.pictures.items(),
        ),
        held=hashes.rules.held,
        checked=hashes.rules.checked,
        broken=hashes.rules.broken,
        url=address(site),
    )


def _lists(site: Site, notice: Notice, language: str, since: tuple[int, ...]) -> list[ListView]:
    """Return the categories that list something, in the order shown."""
    texts = notice.texts(language)
    entries: dict[str, list[EntryView]] = {category.key: [] for category in notice.categories}
    for cookie, first in zip(notice.cookies, since, strict=True):
        entries[cookie.category].append(_entry(site, notice, language, cookie, first))
    return [
        ListView(key, texts[f"category_{key}_name"], texts[f"category_{key}_text"], tuple(found))
        for key, found in entries.items()
        if found
    ]


def _entry(site: Site, notice: Notice, language: str, cookie: Cookie, since: int) -> EntryView:
    texts = notice.texts(language)
    vendor = notice.vendor_by_key.get(cookie.vendor or "")
    return EntryView(
        name=wording.shown_name(cookie),
        kind=texts[f"storage_{cookie.storage}"],
        provider=wording.provider(cookie, notice, site.name),
        policy_url=vendor.policy_url if vendor else "",
        host=cookie.host,
        party=texts[f"party_{cookie.party}"],
        purpose=wording.purpose(cookie, notice, language),
        duration=wording.lasting(cookie, notice, language),
        since=since,
    )


def _center(site: Site) -> str:
    return answers.page_url(site) + _spoken()


def _url(site: Site, version: int | None = None) -> str:
    path = f"/versions/{version}" if version else "/versions"
    return f"{answers.page_url(site)}{path}{_spoken()}"


def _spoken() -> str:
    """Return the query that carries a language asked for on to the next page."""
    asked = request.args.get("language")
    return "?" + urlencode({"language": asked}) if asked else ""
