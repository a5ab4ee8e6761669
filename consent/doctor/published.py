"""What this installation has released for a site, to hold a page against."""

from sqlalchemy.orm import Session

from consent import notices, sites, snippet
from consent.config import Settings
from consent.doctor.page.sight import Released
from consent.errors import NotFoundError, SnippetMissingError
from consent.snippet import Core, SnippetFile


def released_for(session: Session, settings: Settings, site_key: str) -> Released | None:
    """Return a site's newest release, or None for a site that is not here."""
    try:
        site = sites.find(session, site_key)
        version = notices.in_force(session, site.id)
    except NotFoundError:
        return None
    core = _core()
    loader = snippet.released(session, site, version, core, settings.public_url) if core else None

    def frozen(name: str) -> bytes | None:
        found = session.get(SnippetFile, (site.id, name))
        return found.body if found else None

    def bundled(files_url: str) -> bytes | None:
        if core is None:
            return None
        return snippet.files(session, site, core, settings.public_url, files_url)[0].body

    return Released(
        notice=notices.read(version),
        version=version.version,
        digest=version.digest,
        loader=loader.body if loader else None,
        frozen=frozen,
        bundled=bundled,
    )


def _core() -> Core | None:
    try:
        return snippet.core()
    except SnippetMissingError:
        return None
