"""Where an export lies while it is written, and what may lie in the folder of those that are whole.

Each attempt has a hidden folder of its own beside its target, so that what a killed worker left
behind is never taken for a file, and is found and removed.
"""

import shutil
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from consent.exports.models import Export

PREFIX = ".export-"
CHUNK = 1 << 20
# A worker elsewhere may have put a file here whose row is not committed yet.
SECONDS_LEFT_ALONE = 3600


@contextmanager
def workplace(folder: Path, export: Export) -> Iterator[Path]:
    """Give an attempt a folder for its owner alone, and take it away with all that is left in it.

    What earlier attempts at the same export left behind goes first.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for former in folder.glob(f"{PREFIX}{export.id.hex}-*"):
        shutil.rmtree(former, ignore_errors=True)
    made = folder / f"{PREFIX}{export.id.hex}-{export.lease}"
    made.mkdir(mode=0o700)
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def measured(path: Path) -> tuple[int, str]:
    """Return size and SHA-256 of a finished file, read from the disk again."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return path.stat().st_size, digest.hexdigest()


def sweep(folder: Path, kept: Collection[str]) -> int:
    """Remove from the service's own folder what no row names any more; return how many files."""
    removed = 0
    latest = time.time() - SECONDS_LEFT_ALONE
    for path in folder.iterdir() if folder.is_dir() else ():
        if path.name in kept or path.stat().st_mtime > latest:
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)
        removed += 1
    return removed
