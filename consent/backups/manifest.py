"""What a backup says about itself: `manifest.json`."""

import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, post_load, validate

from consent import clock
from consent.backups.keys import KEYS
from consent.errors import BackupDamagedError, BackupError

FORMAT = "consent-backup@v1"
NAME = "manifest.json"
SUM = "manifest.sha256"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
KEY_NAMES = tuple(f"keys/{key}" for key in KEYS)


@dataclass(frozen=True)
class Member:
    """One file in a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True)
class Facts:
    """What one state of a database holds."""

    kind: str
    version: str
    revision: str
    counts: dict[str, int]
    newest_entry: int | None


@dataclass(frozen=True)
class Manifest:
    """What is in a backup, and of when."""

    made_at: datetime
    product: str
    database: Facts
    keys: bool
    members: tuple[Member, ...]

    @property
    def database_name(self) -> str:
        """Return the name of the member that is the database."""
        return DATABASES[self.database.kind]


def dump(manifest: Manifest) -> bytes:
    """Return the manifest as people can read it."""
    body = {"format": FORMAT, **asdict(manifest), "made_at": clock.to_text(manifest.made_at)}
    return json.dumps(body, indent=2).encode() + b"\n"


def checksum(body: bytes) -> bytes:
    """Return the line that `sha256sum -c` reads."""
    return f"{sha256(body).hexdigest()}  {NAME}\n".encode()


def load(body: bytes, line: bytes) -> Manifest:
    """Read a manifest that fits its checksum."""
    if line != checksum(body):
        raise BackupDamagedError(NAME, f"it does not fit {SUM}")
    try:
        found = json.loads(body)
    except ValueError as error:
        raise BackupDamagedError(NAME, "it is not JSON") from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise BackupError(f"This is no backup that this release can read: it is not {FORMAT}.")
    try:
        manifest: Manifest = _ManifestSchema().load(found)
    except ValidationError as error:
        raise BackupDamagedError(
            NAME, f"wrong or missing: {', '.join(error.messages_dict)}"
        ) from error
    expected = [*(KEY_NAMES if manifest.keys else ()), manifest.database_name]
    if [member.name for member in manifest.members] != expected:
        raise BackupDamagedError(NAME, f"it must list {', '.join(expected)}")
    return manifest


class _Lenient(Schema):
    """A later release may say more."""

    class Meta:
        """Fields that we do not know are passed over."""

        unknown = EXCLUDE


class _MemberSchema(_Lenient):
    name = fields.String(required=True)
    size = fields.Integer(required=True, strict=True, validate=validate.Range(0))
    sha256 = fields.String(required=True, validate=validate.Regexp(r"[0-9a-f]{64}\Z"))

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Member:
        return Member(**data)


class _FactsSchema(_Lenient):
    kind = fields.String(required=True, validate=validate.OneOf(DATABASES))
    version = fields.String(required=True, validate=validate.Regexp(r"\d+(\.\d+)*\Z"))
    revision = fields.String(required=True)
    counts = fields.Dict(fields.String(), fields.Integer(strict=True), required=True)
    newest_entry = fields.Integer(required=True, strict=True, allow_none=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Facts:
        return Facts(**data)


class _ManifestSchema(_Lenient):
    made_at = fields.AwareDateTime("iso", default_timezone=UTC, required=True)
    product = fields.String(required=True, validate=validate.Regexp(r"\d+(\.\d+)*"))
    database = fields.Nested(_FactsSchema, required=True)
    keys = fields.Boolean(required=True)
    members = fields.List(fields.Nested(_MemberSchema), required=True)

    @post_load
    def _value(self, data: dict[str, Any], **_: object) -> Manifest:
        return Manifest(**{**data, "members": tuple(data["members"])})
