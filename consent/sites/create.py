"""Create sites and find them by their public key."""

import re

import isodate
from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.errors import InvalidFieldsError, NotFoundError, SiteExistsError
from consent.sites import origins as web_origins
from consent.sites.models import Site

# `instance` is kept for the log of staff actions outside any site.
_RESERVED = frozenset({"instance"})
_KEY = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def create(  # noqa: PLR0913 - a site has that many facts
    session: Session,
    key: str,
    name: str,
    origins: list[str],
    *,
    default_language: str = "en",
    retention: str = "P5Y",
    public_log: bool = False,
) -> Site:
    """Create a site and its evidence log; refuses a taken key and facts that make no sense."""
    _check(key, name, origins, default_language, retention)
    if session.scalar(select(Site.id).where(Site.key == key)):
        raise SiteExistsError(f"There is a site with the key {key!r} already: choose another key.")

    site = Site(
        key=key,
        name=name.strip(),
        origins=[str(web_origins.normal(origin)) for origin in origins],
        default_language=default_language,
        retention=retention,
        public_log=public_log,
        created_at=clock.now(),
    )
    session.add(site)
    session.flush()
    ledger.open_log(session, site.id)
    return site


def find(session: Session, key: str) -> Site:
    """Return the site with this key; unknown and malformed keys answer alike."""
    # A key no site can have is not asked for: PostgreSQL knows no NUL in text.
    query = select(Site).where(Site.key == key).prefix_with("/* sites.find */")
    site = session.scalar(query) if _KEY.fullmatch(key) else None
    if site is None:
        raise NotFoundError("There is no such site.")
    return site


def all_sites(session: Session) -> list[Site]:
    """Return all sites by key."""
    return list(session.scalars(select(Site).order_by(Site.key)))


def _check(key: str, name: str, origins: list[str], default_language: str, retention: str) -> None:
    problems = {}
    if not _KEY.fullmatch(key) or key in _RESERVED:
        problems["key"] = "Use 1 to 63 lower-case letters, digits and hyphens."
    if not name.strip() or len(name) > 200 or not name.isprintable():
        problems["name"] = "Give the name that visitors know, at most 200 characters."
    wrong = [origin for origin in origins if web_origins.normal(origin) is None]
    if wrong or not origins:
        problems["origins"] = "Give origins as https://host[:port] without a path: " + (
            ", ".join(wrong) or "none was given"
        )
    if not _LANGUAGE.fullmatch(default_language):
        problems["default_language"] = "Use a language tag such as en or pt-BR."
    try:
        isodate.parse_duration(retention)
    except (isodate.ISO8601Error, ValueError):
        problems["retention"] = "Use an ISO 8601 duration such as P5Y."
    if problems:
        raise InvalidFieldsError(problems)
