"""What can be wrong with a PostgreSQL server: its settings, its age, too mighty a role."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import Connection, text

from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.installation.subject import Installation

OLDEST = 15


@dataclass(frozen=True)
class Server:
    """What the server says of itself and of our role."""

    version: int
    checksums: str
    superuser: bool
    owner: bool


def postgresql(installation: Installation) -> Iterator[Finding]:
    """Look at the server, if it answers."""
    database = installation.database
    if database is None:
        return
    lossy = database.dialect.explain(database.engine)
    yield from (
        failed("postgresql", sentence, "Set it to on and reload the server.") for sentence in lossy
    )
    found = list(judged(installation.look(_ask)))
    yield from found
    if not lossy and not any(each.advice for each in found):
        yield ok("postgresql", "The server is new enough and loses nothing it acknowledged.")


def judged(server: Server) -> Iterator[Finding]:
    """Say what follows from what the server says."""
    if server.version < OLDEST:
        yield failed(
            "postgresql",
            f"The server is PostgreSQL {server.version}.",
            f"Use {OLDEST} or newer: nothing older is tested.",
        )
    if server.superuser:
        yield warning(
            "postgresql",
            "The service's role is a superuser.",
            "Make an ordinary role that owns this database alone, and give it in "
            "CONSENT_DATABASE_URL.",
        )
    elif server.owner:
        yield note("postgresql", "The service's role owns its tables, as making partitions needs.")
    if server.checksums == "off":
        yield note(
            "postgresql",
            "The server has no data checksums, so a failing disk may go unnoticed.",
            "Switch them on with `pg_checksums --enable` while the server is stopped.",
        )


def _ask(connection: Connection) -> Server:
    row = connection.execute(text(_ABOUT)).one()
    return Server(row.number // 10000, row.checksums, row.superuser, row.owner)


_ABOUT = """
/* doctor.postgresql */ SELECT
current_setting('server_version_num')::int AS number,
current_setting('data_checksums') AS checksums,
(SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser,
EXISTS (SELECT 1 FROM pg_class WHERE relname = 'consent_record'
AND pg_get_userbyid(relowner) = current_user) AS owner
"""
