"""The real snippet of a draft, for a preview that speaks to nobody.

The loader is the one that publishing would release, byte for byte but for the addresses in it.
What it would ask the service for comes along: the page that shows it answers in the service's
place (decision 32).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from consent.notices import Notice, completed, default_document, from_document
from consent.sites import Site
from consent.snippet.bundle import File, Published, bundle
from consent.snippet.core import Core

# What a preview has in the place of a digest: nothing of it can be taken for a publication.
NO_DIGEST = "sha256-preview"


@dataclass(frozen=True)
class Staged:
    """A loader, and what it asks for in one language, by name."""

    loader: str
    answers: Mapping[str, str]
    notice: Notice


def staged(  # noqa: PLR0913 - a visitor is that many facts
    site: Site,
    document: dict[str, Any],
    core: Core,
    files_url: str,
    *,
    now: datetime,
    language: str,
) -> Staged:
    """Return the snippet of a completed document as one of its visitors would get it."""
    notice = from_document(document)
    loader, parts = bundle(
        Published(
            site_key=site.key,
            site_name=site.name,
            public_url=files_url.rstrip("/"),
            version=0,
            digest=NO_DIGEST,
            notice=notice,
            created_at=now,
            since=(0,) * len(notice.cookies),
            files_url=files_url,
        ),
        core,
    )
    spoken = {f"{kind}.{notice.language(language)}." for kind in ("text", "list")}
    answers = {
        part.name: part.body.decode() for part in parts if part.name.startswith(tuple(spoken))
    }
    return Staged(loader.body.decode(), answers, notice)


def scripts(core: Core) -> dict[str, File]:
    """Return the scripts that a preview loads, by name: code alone, the same for every notice."""
    document = default_document(origin="https://example.org", language="en")
    nowhere = Published(
        site_key="",
        site_name="",
        public_url="",
        version=0,
        digest=NO_DIGEST,
        notice=from_document(completed(document)),
        created_at=datetime.fromtimestamp(0, UTC),
        since=(0,) * len(document["cookies"]),
    )
    return {part.name: part for part in bundle(nowhere, core)[1] if part.name.endswith(".js")}
