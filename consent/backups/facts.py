"""What one state of a database holds, read from one connection; what this release can read."""

import re
from importlib.metadata import version

from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, func, inspect, select

from consent import paths, tables
from consent.backups.manifest import Facts, Manifest
from consent.db import table_of
from consent.errors import BackupError
from consent.ledger.models import LogEntry


def product() -> str:
    """Return the version of this release."""
    return version("consent-service")


def look(connection: Connection) -> Facts:
    """Count the rows of every table there is; older schemas have fewer."""
    revision = MigrationContext.configure(connection).get_current_revision()
    if revision is None:
        raise BackupError("The database holds no tables of this service: there is nothing to do.")
    if revision not in _known():
        raise BackupError(f"The database is of a newer release ({revision}): use that one.")
    there = set(inspect(connection).get_table_names())
    counts = {
        table.name: connection.scalar(select(func.count()).select_from(table)) or 0
        for table in tables.metadata.sorted_tables
        if table.name in there
    }
    entry = table_of(LogEntry)
    newest = connection.scalar(select(func.max(entry.c.id))) if entry.name in there else None
    found = connection.dialect.server_version_info or ()
    return Facts(connection.dialect.name, ".".join(map(str, found)), revision, counts, newest)


def refuse_newer(manifest: Manifest) -> None:
    """Refuse what a later release made: this one cannot know what it means."""
    if _numbers(manifest.product) > _numbers(product()):
        raise BackupError(
            f"The backup is of release {manifest.product}, this is {product()}: install "
            "that release or a newer one, then restore."
        )
    if (revision := manifest.database.revision) not in _known():
        raise BackupError(
            f"The backup has a schema this release does not know ({revision}): install the "
            "release that made it or a newer one, then restore."
        )


def needs_upgrade(manifest: Manifest) -> bool:
    """Say whether `consent upgrade` comes before `consent serve`."""
    return ScriptDirectory(str(paths.MIGRATIONS)).get_current_head() != manifest.database.revision


def _known() -> set[str]:
    return {each.revision for each in ScriptDirectory(str(paths.MIGRATIONS)).walk_revisions()}


def _numbers(text: str) -> tuple[int, ...]:
    found = re.match(r"\d+(\.\d+)*", text)
    return tuple(int(part) for part in found.group(0).split(".")) if found else ()
