"""The keys of an installation: read without making any, written only where none are."""

import enum
import os
from pathlib import Path

from consent.config import PREFIX, Settings
from consent.errors import BackupError

# Named as their settings; `config.with_keys` keeps them under the same names.
KEYS = ("secret_keys", "ledger_key")


class Kept(enum.Enum):
    """What became of a key that a backup holds."""

    WRITTEN = "written"
    SAME = "there already"
    OTHER = "not written: another key is there"


def read(settings: Settings) -> dict[str, bytes]:
    """Return the keys in force; a backup that should hold them fails where one is missing."""
    found = {key: in_force(settings, key) for key in KEYS}
    if missing := [key for key, value in found.items() if value is None]:
        where = ", ".join(str(Path(settings.state_dir) / key) for key in missing)
        raise BackupError(
            f"There is no key at {where}: set CONSENT_STATE_DIR to the service's own folder, "
            "or choose --keys leave-out."
        )
    return {key: f"{value}\n".encode() for key, value in found.items()}


def in_force(settings: Settings, key: str) -> str | None:
    """Return a key from the settings or the state folder, or None."""
    value = getattr(settings, key)
    if value:
        return value if isinstance(value, str) else ",".join(value)
    path = Path(settings.state_dir) / key
    return path.read_text().strip() if path.exists() else None


def put(settings: Settings, key: str, value: str) -> Kept:
    """Write a key where none is; one that is there stays, whatever it is."""
    there = in_force(settings, key)
    if there is not None:
        return Kept.SAME if there == value.strip() else Kept.OTHER
    path = Path(settings.state_dir) / key
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
        file.write(value.strip() + "\n")
        file.flush()
        os.fsync(file.fileno())
    return Kept.WRITTEN


def variable(key: str) -> str:
    """Return the name of a key's setting."""
    return PREFIX + key.upper()
