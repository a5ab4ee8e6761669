"""The installation as it is found: nothing is made, so no key and no database comes into being."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar, cast

from sqlalchemy import Connection

from consent.config import Settings
from consent.db import Database
from consent.signing import Signer

T = TypeVar("T")
# Named as their settings; `config.with_keys` keeps them under the same names.
KEYS = ("secret_keys", "ledger_key")


@dataclass(frozen=True)
class Installation:
    """Settings with the keys that are there, and the database if one answers."""

    settings: Settings
    database: Database | None

    @property
    def signer(self) -> Signer | None:
        """Return what signs, or None without keys."""
        return Signer(self.settings.secret_keys) if self.settings.secret_keys else None

    def kept(self, key: str) -> Path:
        """Return the file in which a key made on first start lies."""
        return Path(self.settings.state_dir) / key

    def look(self, look: Callable[[Connection], T]) -> T:
        """Return what is found in the database, however long it takes."""
        assert self.database is not None
        return cast("T", self.database.dialect.examine(self.database.engine, look))


def with_kept_keys(settings: Settings) -> Settings:
    """Fill in keys from the state folder; what cannot be read counts as absent here."""
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    for key in KEYS:
        if not values[key] and (text := _read(Path(settings.state_dir) / key)):
            values[key] = tuple(text.split(",")) if key == "secret_keys" else text
    return Settings(**values)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeError):
        return ""
