"""The database: there, of this release, and how much waits in it."""

from collections.abc import Iterator, Sequence
from datetime import timedelta

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from consent import clock, jobs, ledger, migrate, storage
from consent.config import Settings
from consent.db import Database
from consent.doctor.findings import Finding, failed, ok, warning
from consent.doctor.installation.subject import Installation
from consent.errors import BackupError
from consent.jobs import JobRun
from consent.ledger import Waiting

# A worker reports every minute.
SILENCE = timedelta(minutes=5)


def opened(settings: Settings) -> tuple[Database | None, Finding]:
    """Return the database if there is one and it answers, and what to say of it; make none."""
    dialect = storage.dialect(settings.database_url)
    try:
        where = dialect.place(settings.database_url)
        is_there = dialect.is_there(settings.database_url)
    except BackupError:
        return None, failed(
            "database", "CONSENT_DATABASE_URL names no file.", "Set it to sqlite:///PATH."
        )
    if not is_there:
        return None, failed(
            "database",
            f"There is no database at {where}.",
            "Run `consent init`, or set CONSENT_DATABASE_URL as the service has it; a path "
            "without a leading slash begins at the folder in which a command is run.",
        )
    try:
        database = Database(settings.database_url)
    except ImportError:
        return None, failed(
            "database",
            "The driver for PostgreSQL is missing.",
            "Install consent-service[postgres].",
        )
    try:
        with database.engine.connect():
            return database, ok("database", f"{where} answers.")
    except DBAPIError as error:
        database.close()
        said = str(error.orig).strip().splitlines() or [type(error.orig).__name__]
        return None, failed(
            "database",
            f"{where} does not answer: {said[0]}.",
            "See that it runs, and that CONSENT_DATABASE_URL names host, role and database as "
            "they are.",
        )


def migrations(installation: Installation) -> Iterator[Finding]:
    """See whether the schema is that of this release, and what waits in it."""
    if installation.database is None:
        return
    if not migrate.is_current(installation.database):
        yield failed(
            "migrations", "The schema is not that of this release.", "Run `consent upgrade`."
        )
        return
    yield ok("migrations", "The schema is that of this release.")
    yield from installation.look(_inside)


def _inside(connection: Connection) -> list[Finding]:
    """Read what waits for the log, and when a worker was last seen."""
    with Session(connection) as session:
        return [_queue(ledger.waiting(session)), _worker(jobs.reported(session))]


def _queue(waiting: Waiting) -> Finding:
    if not waiting.leaves:
        return ok("queue", "No leaf waits for its place in the log.")
    since = f", the oldest since {clock.to_text(waiting.since)}" if waiting.since else ""
    some = "1 leaf waits" if waiting.leaves == 1 else f"{waiting.leaves:,} leaves wait"
    if waiting.since is None or clock.now() - waiting.since < ledger.LAG:
        return ok("queue", f"{some} for a place in the log{since}.")
    what = f"{some} for a place in the log{since}."
    return warning("queue", what, "Start `consent worker`; where one runs, its log says why.")


def _worker(runs: Sequence[JobRun]) -> Finding:
    """Judge by the same silence as `/readyz`, which also only warns: intake waits for no worker."""
    seen = next((run.ran_at for run in runs if run.name == jobs.HEARTBEAT), None)
    if seen is None:
        return warning("worker", "No worker has reported yet.", "Start `consent worker`.")
    if clock.now() - seen > SILENCE:
        return warning(
            "worker",
            f"No worker has reported since {clock.to_text(seen)}.",
            "Start `consent worker` again: it forgets what has had its time and makes room ahead.",
        )
    if failing := [run.name for run in runs if run.succeeded_at != run.ran_at]:
        names = ", ".join(failing)
        return warning("worker", f"Failed at the last run: {names}.", "The worker's log says why.")
    return ok("worker", f"A worker reported at {clock.to_text(seen)}.")
