"""Keys: there, long enough, and readable by nobody else."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from consent.config import PREFIX
from consent.doctor.findings import Finding, failed, note, ok, warning
from consent.doctor.installation.subject import KEYS, Installation

# Below this a key can be guessed with patience; `consent init` makes 43.
SHORT, FEW = 32, 8


def keys(installation: Installation) -> Iterator[Finding]:
    """Look at the keys, given or kept."""
    found = list(_strength(installation)) + [
        each for key in KEYS for each in _kept(installation, key)
    ]
    yield from found or [ok("keys", "The keys are there, long enough, and their owner's alone.")]


def folder(installation: Installation) -> Iterator[Finding]:
    """Look at the folder of the keys: who can write in it can replace them."""
    path = Path(installation.settings.state_dir)
    if not path.is_dir():
        yield note("folder", f"There is no folder {path} yet.", "The first start makes it.")
        return
    found = path.stat()
    if found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        yield failed(
            "folder",
            f"Others may write in {path}, and so replace the keys.",
            f"Run `chmod go-w {path}`.",
        )
    elif os.geteuid() not in {0, found.st_uid}:
        yield warning(
            "folder",
            f"{path} belongs to another user than the one who runs this command.",
            "Run the doctor as the user of the service, to see what the service sees.",
        )
    else:
        yield ok("folder", f"Only its owner writes in {path}.")


def _strength(installation: Installation) -> Iterator[Finding]:
    """Say nothing of the keys but how long they are."""
    keys = installation.settings.secret_keys
    weak = [at for at, key in enumerate(keys, 1) if len(key) < SHORT or len(set(key)) < FEW]
    if weak:
        places = ", ".join(map(str, weak))
        yield warning(
            "keys",
            f"{PREFIX}SECRET_KEYS: number {places} of {len(keys)} is short or monotonous.",
            "Append one of 32 random characters or more; the newest signs, all verify: "
            "`python3 -c 'import secrets; print(secrets.token_urlsafe(32))'`.",
        )


def _kept(installation: Installation, key: str) -> Iterator[Finding]:
    path = installation.kept(key)
    if not path.exists():
        if not getattr(installation.settings, key):
            yield _missing(installation, key)
        return
    mode = path.stat().st_mode
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        yield failed(
            "keys",
            f"Others than its owner may open {path} ({stat.filemode(mode)}).",
            f"Run `chmod 600 {path}`; if others had access to this machine, make new keys.",
        )
    elif not os.access(path, os.R_OK):
        yield failed(
            "keys",
            f"{path} cannot be read by this user.",
            "Run the doctor, and the service, as the user it belongs to.",
        )


def _missing(installation: Installation, key: str) -> Finding:
    path = installation.kept(key)
    if installation.database is None:
        return note("keys", f"There is no {path} yet.", "The first start makes it.")
    return failed(
        "keys",
        f"There is a database, and no key at {path}.",
        f"Put the key of this database there or into {PREFIX}{key.upper()}: the next start makes "
        "a new one, which opens nothing that was signed before.",
    )
