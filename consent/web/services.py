"""What every door works with: settings, database, signer, the shared writer. Made once per app."""

from dataclasses import dataclass, field
from typing import cast

from flask import current_app

from consent.config import Settings
from consent.db import Database
from consent.group_commit import GroupCommit
from consent.sealing import Sealer
from consent.sequencer import Sequencer
from consent.signing import Signer
from consent.sites import Site
from consent.snippet import SnippetFile
from consent.web.limits import Limits
from consent.web.readiness import Readiness

EXTENSION = "consent"


@dataclass(frozen=True)
class Services:
    """The parts of one running service."""

    settings: Settings
    database: Database
    signer: Signer
    writer: GroupCommit
    limits: Limits
    readiness: Readiness
    sequencer: Sequencer
    remembered_sites: dict[str, tuple[float, Site]] = field(default_factory=dict)
    remembered_loaders: dict[str, tuple[float, SnippetFile]] = field(default_factory=dict)

    @property
    def sealer(self) -> Sealer:
        """Return what seals secrets that must be read again."""
        return Sealer(self.settings.secret_keys)


def services() -> Services:
    """Return the services of the app that handles this request."""
    return cast("Services", current_app.extensions[EXTENSION])
