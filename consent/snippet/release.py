"""Release the snippet of a published notice: bundle, compress once, store under its hash."""

import gzip
from dataclasses import replace
from hashlib import sha256

import brotli
from sqlalchemy.orm import Session

from consent import clock, notices
from consent.notices import NoticeVersion
from consent.sites import Site
from consent.snippet.bundle import File, Published, bundle
from consent.snippet.core import Core
from consent.snippet.models import SnippetFile, SnippetRelease


def build_of(core: Core, public_url: str) -> str:
    """Name a build: the code and the address it talks to."""
    return sha256(f"{core.digest}\0{public_url}".encode()).hexdigest()[:16]


def released(
    session: Session, site: Site, version: NoticeVersion, core: Core, public_url: str
) -> SnippetFile | None:
    """Return the loader released for a version under this build, or None."""
    found = session.get(SnippetRelease, (site.id, version.version, build_of(core, public_url)))
    return session.get_one(SnippetFile, (site.id, found.loader)) if found else None


def release(
    session: Session, site: Site, version: NoticeVersion, core: Core, public_url: str
) -> SnippetFile:
    """Release a version's loader and parts; one that is there already is left as it is.

    Called after publishing, and again by the first request after an upgrade of the code.
    """
    loader, parts = bundle(_published(session, site, version, public_url), core)
    for file in (loader, *parts):
        _store(session, site, file)
    key = (site.id, version.version, build_of(core, public_url))
    if session.get(SnippetRelease, key) is None:
        session.add(
            SnippetRelease(
                site_id=key[0],
                notice_version=key[1],
                build=key[2],
                loader=loader.name,
                created_at=clock.now(),
            )
        )
    session.flush()
    return session.get_one(SnippetFile, (site.id, loader.name))


def files(
    session: Session, site: Site, core: Core, public_url: str, files_url: str
) -> tuple[File, list[File]]:
    """Return loader and parts of the notice in force for files that lie elsewhere."""
    version = notices.in_force(session, site.id)
    return bundle(
        replace(_published(session, site, version, public_url), files_url=files_url), core
    )


def _published(session: Session, site: Site, version: NoticeVersion, public_url: str) -> Published:
    return Published(
        site_key=site.key,
        site_name=site.name,
        public_url=public_url,
        version=version.version,
        digest=version.digest,
        notice=notices.read(version),
        created_at=version.created_at,
        since=notices.listed_since(session, version),
        asks=notices.asked(session, version),
        own_host=site.has(public_url),
    )


def _store(session: Session, site: Site, file: File) -> None:
    if session.get(SnippetFile, (site.id, file.name)) is not None:
        return
    session.add(
        SnippetFile(
            site_id=site.id,
            name=file.name,
            media_type=file.media_type,
            body=file.body,
            gzip=gzip.compress(file.body, 9, mtime=0),
            brotli=brotli.compress(file.body),
            created_at=clock.now(),
        )
    )
