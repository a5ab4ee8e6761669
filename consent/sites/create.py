"""Create sites and find them by their public key."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.errors import NotFoundError, SiteExistsError
from consent.sites import facts
from consent.sites.models import Site


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
    facts.check(
        {
            "key": key,
            "name": name,
            "origins": origins,
            "default_language": default_language,
            "retention": retention,
        }
    )
    if session.scalar(select(Site.id).where(Site.key == key)):
        raise SiteExistsError(f"There is a site with the key {key!r} already: choose another key.")

    site = Site(
        key=key,
        name=facts.normal_name(name),
        origins=facts.normal_origins(origins),
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
    site = session.scalar(query) if facts.is_key(key) else None
    if site is None:
        raise NotFoundError("There is no such site.")
    return site


def all_sites(session: Session) -> list[Site]:
    """Return all sites by key."""
    return list(session.scalars(select(Site).order_by(Site.key).prefix_with("/* sites.all */")))
