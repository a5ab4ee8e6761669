"""Restore a backup that was checked: into an empty place, then compared with its manifest."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from consent import storage
from consent.backups import facts, keys
from consent.backups.archive import Unpacked
from consent.backups.keys import KEYS, Kept
from consent.backups.manifest import Facts, Manifest
from consent.backups.work import Work, in_sentences
from consent.config import Settings
from consent.db import Database
from consent.errors import BackupError


@dataclass(frozen=True)
class Restored:
    """What was found after the restore; `keys` is what became of each key of the backup."""

    facts: Facts
    keys: dict[str, Kept]
    missing_keys: tuple[str, ...]
    needs_upgrade: bool


def place(url: str) -> str:
    """Return where a database is, in words without a secret."""
    found: str = storage.dialect(url).place(url)
    return found


def target_folder(url: str) -> Path | None:
    """Refuse a target that holds anything; return the folder in which to unpack, if it matters."""
    dialect = storage.dialect(url)
    with in_sentences():
        dialect.refuse_full(url)
        folder: Path | None = dialect.near(url)
    return folder


def refuse_unfit(manifest: Manifest, url: str) -> None:
    """Refuse a backup of a newer release or of another kind of database."""
    facts.refuse_newer(manifest)
    kind = make_url(url).get_backend_name()
    if kind != manifest.database.kind:
        raise BackupError(
            f"The backup is of {manifest.database.kind}, the target is {kind}: "
            "give a database of that kind with --database-url."
        )


def restore(settings: Settings, url: str, backup: Unpacked, work: Work) -> Restored:
    """Load the database, compare it with the manifest, write keys where there are none."""
    manifest = backup.manifest
    file = backup.file(manifest.database_name)
    with in_sentences():
        with work("Restoring", file.stat().st_size) as progress:
            storage.dialect(url).load(url, file, manifest.database.version, progress)
        seen = _look(url)
        _compare(manifest.database, seen)
        kept = {
            key: keys.put(settings, key, backup.file(f"keys/{key}").read_text())
            for key in (KEYS if manifest.keys else ())
        }
        missing = tuple(key for key in KEYS if keys.in_force(settings, key) is None)
    return Restored(seen, kept, missing, facts.needs_upgrade(manifest))


def _look(url: str) -> Facts:
    database = Database(url)
    try:
        seen: Facts = database.dialect.examine(database.engine, facts.look)
    finally:
        database.close()
    return seen


def _compare(said: Facts, seen: Facts) -> None:
    names = sorted(said.counts.keys() | seen.counts.keys())
    wrong = [
        f"{name} {seen.counts.get(name, 0):,} rows instead of {said.counts.get(name, 0):,}"
        for name in names
        if seen.counts.get(name) != said.counts.get(name)
    ]
    if seen.newest_entry != said.newest_entry:
        wrong.append(f"newest log entry {seen.newest_entry} instead of {said.newest_entry}")
    if wrong:
        raise BackupError(f"What was restored is not what the manifest says: {'; '.join(wrong)}.")
