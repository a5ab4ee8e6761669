"""Clocks: ours against the database's, the public address's, and the times of the files beside us.

Decisions, receipts and the log carry our time, so a wrong clock writes wrong evidence.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url

from consent import clock
from consent.doctor.findings import Finding, failed, ok, warning
from consent.doctor.installation.subject import Installation

OFF, WRONG = 5.0, 60.0
ADVICE = "Let both keep time by NTP (`timedatectl set-ntp true`)."


def clocks(installation: Installation) -> Iterator[Finding]:
    """Compare with the database server's clock, or with the newest file of the service."""
    database = installation.database
    if database is not None and database.engine.dialect.name == "postgresql":
        yield compared("clock", installation.look(_difference), "the database server's")
    else:
        yield from _files(installation)


def of_answer(date: str | None) -> Iterator[Finding]:
    """Compare with the `Date` header of an answer, which is cut to a second."""
    try:
        theirs = parsedate_to_datetime(date or "")
    except ValueError:
        return
    difference = (clock.now() - theirs).total_seconds()
    # The header is of the second that had begun.
    difference -= min(max(difference, 0.0), 1.0)
    yield compared("clock", difference, "that of the public address")


def compared(name: str, seconds: float, whose: str) -> Finding:
    """Say how far our clock is from another."""
    way = "ahead of" if seconds > 0 else "behind"
    if abs(seconds) < OFF:
        return ok(name, f"This clock is less than {OFF:.0f} s from {whose}.")
    kind = failed if abs(seconds) >= WRONG else warning
    return kind(name, f"This clock is {abs(seconds):,.0f} s {way} {whose}.", ADVICE)


def _difference(connection: Connection) -> float:
    before = clock.now()
    theirs = connection.scalar(text("/* doctor.clock */ SELECT clock_timestamp()"))
    assert isinstance(theirs, datetime)
    return (before - theirs + (clock.now() - before) / 2).total_seconds()


def _files(installation: Installation) -> Iterator[Finding]:
    """Look for a file changed in the future: the clock was set back since."""
    name = make_url(installation.settings.database_url).database
    beside = (Path(f"{name}{end}") for end in ("", "-wal")) if name else ()
    there = [path for path in beside if path.exists()]
    if not there:
        return
    newest = max(there, key=lambda path: path.stat().st_mtime)
    changed = datetime.fromtimestamp(newest.stat().st_mtime, UTC)
    ahead = (changed - clock.now()).total_seconds()
    if ahead < OFF:
        yield ok("clock", f"{newest.name} was changed in the past, as it should be.")
        return
    yield (failed if ahead >= WRONG else warning)(
        "clock",
        f"{newest} was changed {ahead:,.0f} s in the future: this clock was set back.",
        "Let it keep time by NTP (`timedatectl set-ntp true`).",
    )
