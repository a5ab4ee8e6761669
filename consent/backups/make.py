"""Make a backup: copy, count, hash, pack, put in place."""

import tempfile
from dataclasses import replace
from pathlib import Path

from consent import clock, storage
from consent.backups import archive, facts, keys
from consent.backups.manifest import Facts, Manifest
from consent.backups.work import Work, in_sentences
from consent.config import Settings
from consent.db import Database
from consent.errors import BackupError
from consent.files import claim, settle


def make(settings: Settings, output: Path, *, with_keys: bool, work: Work) -> Manifest:
    """Write a backup of the configured database to a file that is not there yet."""
    with in_sentences():
        _refuse_output(output)
        found = keys.read(settings) if with_keys else {}
        with tempfile.TemporaryDirectory(prefix=f".{output.name}.", dir=output.parent) as name:
            folder = Path(name)
            files = {f"keys/{key}": folder / key for key in found}
            for key, value in found.items():
                files[f"keys/{key}"].touch(0o600)
                files[f"keys/{key}"].write_bytes(value)
            manifest, copied = _copy(settings, folder, with_keys=with_keys, work=work)
            files[manifest.database_name] = copied
            members = tuple(archive.hashed(file, name) for name, file in files.items())
            manifest = replace(manifest, members=members)
            draft = folder / "backup"
            archive.pack(draft, manifest, files, work)
            _put_in_place(draft, output)
    return manifest


def _copy(
    settings: Settings, folder: Path, *, with_keys: bool, work: Work
) -> tuple[Manifest, Path]:
    url = settings.database_url
    dialect = storage.dialect(url)
    if not dialect.is_there(url):
        raise BackupError(f"There is no database at {dialect.place(url)}: nothing to back up.")
    made_at = clock.now()
    database = Database(url)
    try:
        copied = folder / "database"
        with work("Copying", dialect.expected(database.engine)) as progress:
            seen: Facts = dialect.copy(database.engine, copied, facts.look, progress)
    finally:
        database.close()
    return Manifest(made_at, facts.product(), seen, with_keys, ()), copied


def _refuse_output(output: Path) -> None:
    if output.exists() or output.is_symlink():
        raise BackupError(f"{output} is there already and was left as it is: give another name.")
    if not output.parent.is_dir():
        raise BackupError(f"There is no folder {output.parent}: make it, or give another.")


def _put_in_place(draft: Path, output: Path) -> None:
    # Claims the name first, so that not even a file made in between is replaced.
    try:
        claim(output)
    except FileExistsError:
        _refuse_output(output)
    settle(draft, output)
