"""What can be wrong with an SQLite database: its disk, its log, its library, who may read it."""

import stat
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import make_url

from consent.doctor.findings import Finding, failed, ok, warning
from consent.doctor.installation import disks
from consent.doctor.installation.subject import Installation

# The worker keeps it at 4 MiB; a long reader may hold it up for a while.
LARGE_LOG = 64 * disks.MIB


def sqlite(installation: Installation) -> Iterator[Finding]:
    """Look at the file, its disk and the library that opens it."""
    name = make_url(installation.settings.database_url).database
    if not name or name == ":memory:":
        yield failed(
            "disk", "The database lies in memory and ends with the process.",
            "Set CONSENT_DATABASE_URL to sqlite:///PATH.",
        )  # fmt: skip
        return
    path = Path(name).resolve()
    place = next(each for each in (path, *path.parents) if each.exists())
    found = [*_disk(path, place), *_file(path)]
    yield from found or [ok("disk", f"{path} lies on a local disk with room, open to no other.")]
    if installation.database is not None:
        warnings = installation.database.dialect.explain(installation.database.engine)
        yield from (warning("sqlite", sentence) for sentence in warnings)
        if not warnings:
            yield ok("sqlite", "The SQLite library has no known fault that matters here.")


def _disk(path: Path, place: Path) -> Iterator[Finding]:
    if bad := disks.problem(path, disks.mounts()):
        is_grave, text, advice = bad
        yield (failed if is_grave else warning)("disk", text, advice)
    for is_grave, text in disks.room(place):
        yield (failed if is_grave else warning)("disk", text, "Make room before it is full.")


def _is_open(folder: Path) -> bool:
    """Say whether others reach what lies in a folder."""
    return all(each.stat().st_mode & stat.S_IXOTH for each in (folder, *folder.parents))


def _file(path: Path) -> Iterator[Finding]:
    if path.exists() and path.stat().st_mode & stat.S_IROTH and _is_open(path.parent):
        yield warning(
            "disk",
            f"Everybody on this machine may open {path}.",
            f"Run `chmod o= {path}`; the files beside it follow.",
        )
    wal = Path(f"{path}-wal")
    if wal.exists() and wal.stat().st_size > LARGE_LOG:
        yield warning(
            "disk",
            f"The write-ahead log has {wal.stat().st_size / disks.MIB:,.0f} MiB.",
            "See that `consent worker` runs: it moves the log into the file. A long export may "
            "hold it up for a while.",
        )
