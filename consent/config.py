"""Every setting once, with its default and its help.

Read once from the environment (prefix `CONSENT_`), or from the file named by `<NAME>_FILE`.
Nonsense stops the start with a sentence that names the variable.
"""

import base64
import binascii
import contextlib
import importlib.util
import os
import re
import secrets
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import EnvError, FileAwareEnv
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from consent import shapes
from consent.errors import SettingError
from consent.files import put

PREFIX = "CONSENT_"
SEED_BYTES = 32
LOG_FORMATS = ("auto", "json", "text")
LOG_LEVELS = ("debug", "info", "warning", "error")


def _setting(default: Any, about: str, *, secret: bool = False) -> Any:
    # A secret never shows in a repr, hence never in a log or traceback.
    return field(default=default, repr=not secret, metadata={"about": about, "secret": secret})


@dataclass(frozen=True)
class Settings:
    """What the operator decided. `consent settings` prints this table."""

    database_url: str = _setting(
        "sqlite:///var/consent.db",
        "SQLAlchemy URL; `postgresql+psycopg://...` at scale.",
        secret=True,
    )
    public_url: str = _setting("http://127.0.0.1:8000", "The address browsers use.")
    secret_keys: tuple[str, ...] = _setting(
        (),
        "Signing keys, comma separated, newest last; all verify. Made on first start.",
        secret=True,
    )
    ledger_key: str = _setting(
        "",
        "Ed25519 seeds of the evidence log, base64, comma separated, newest last. Made on first "
        "start.",
        secret=True,
    )
    redis_url: str = _setting("", "Shared rate limits for several nodes.", secret=True)
    trusted_proxies: int = _setting(0, "How many proxies in front may be believed.")
    bind: str = _setting("127.0.0.1:8000", "Address and port the server listens on.")
    workers: int = _setting(1, "Server processes.")
    threads: int = _setting(32, "Threads in each server process.")
    region_header: str = _setting(
        "", "A trusted proxy's country or region header, such as `CF-IPCountry`."
    )
    chromium: str = _setting(
        "", "Browser for pictures of notices: its path; empty, one that is found; `off`, none."
    )
    state_dir: str = _setting("var", "Folder for keys made on first start (mode 0600).")
    decisions_per_minute: int = _setting(
        3000,
        "Decisions a minute from one network (/24 or /56) for one site; 0 is no limit.",
    )
    log_format: str = _setting("auto", "`json`, `text`, or `auto`: text on a terminal, else JSON.")
    log_level: str = _setting("info", "From which level on: `debug`, `info`, `warning`, `error`.")
    anchor_folder: str = _setting("", "Folder, best of another machine, for public checkpoints.")
    anchor_git: str = _setting("", "Work tree of git in which public checkpoints are committed.")
    anchor_git_push: int = _setting(0, "1 pushes that repository after each commit.")
    anchor_webhook: str = _setting("", "Address public checkpoints are posted to.", secret=True)
    anchor_webhook_secret: str = _setting(
        "", "Signs what is posted: `whsec_` and the base64 of 24 to 64 bytes.", secret=True
    )
    witnesses: tuple[str, ...] = _setting(
        (), "Witnesses that cosign checkpoints, comma separated, each `ADDRESS=VKEY`."
    )
    timestamp_url: str = _setting("", "Time stamp authority (RFC 3161) for checkpoints.")
    timestamp_roots: str = _setting("", "PEM file of the roots that authority is held to.")
    timestamp_hours: int = _setting(24, "Hours between two time stamps of a log.")
    export_days: int = _setting(7, "Days for which an export that was made can be downloaded.")
    export_folder: tuple[str, ...] = _setting(
        (), "Folders that scheduled exports may be laid down in, comma separated."
    )
    outgoing_allow: tuple[str, ...] = _setting(
        (), "Hosts and networks inside that staff may name, in webhooks for one; comma separated."
    )
    oidc_issuer: str = _setting("", "Address of the OpenID Connect issuer that staff sign in by.")
    oidc_client_id: str = _setting("", "What that issuer knows this service by.")
    oidc_client_secret: str = _setting("", "The secret it gave for that, if it did.", secret=True)

    @property
    def host(self) -> str:
        """Return the host part of `bind`."""
        return self.bind.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """Return the port part of `bind`."""
        return int(self.bind.rpartition(":")[2])

    @property
    def ledger_seeds(self) -> tuple[bytes, ...]:
        """Return the signing seeds of the evidence log, the newest last."""
        return tuple(base64.b64decode(each) for each in self.ledger_key.split(",") if each.strip())

    @property
    def public_origin(self) -> str:
        """Return scheme, host and port of the public address."""
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()


def load() -> Settings:
    """Read all settings; every wrong variable is named in one `SettingError`."""
    settings = _read()
    problems = [sentence for check in _CHECKS if (sentence := check(settings))]
    if problems:
        raise SettingError(" ".join(problems))
    return settings


def with_keys(settings: Settings) -> Settings:
    """Fill in the keys nobody gave: read from, or made once in, the state folder."""
    values = {item.name: getattr(settings, item.name) for item in fields(settings)}
    folder = Path(settings.state_dir)
    if not settings.secret_keys:
        keys = _kept(folder / "secret_keys", lambda: secrets.token_urlsafe(32))
        values["secret_keys"] = tuple(keys.split(","))
    if not settings.ledger_key:
        values["ledger_key"] = _kept(folder / "ledger_key", new_seed)
    return Settings(**values)


def add_seed(settings: Settings, *, alone: bool) -> Settings:
    """Write a new ledger seed behind the old ones, or in their place; return settings with it.

    For settings whose key lies in the state folder. It is on the disk when this returns.
    """
    before = [] if alone else settings.ledger_key.split(",")
    key = ",".join([*before, new_seed()])
    put(Path(settings.state_dir) / "ledger_key", f"{key}\n".encode(), 0o600)
    return replace(settings, ledger_key=key)


def _read() -> Settings:
    try:
        env = FileAwareEnv(prefix=PREFIX, eager=False)
        readers: dict[type, Callable[..., Any]] = {int: env.int, str: env.str, tuple: env.list}
        values = {
            item.name: readers[type(item.default)](item.name.upper(), default=item.default)
            for item in fields(Settings)
        }
        env.seal()
    except (EnvError, OSError, ValueError) as error:
        raise SettingError(f"A setting cannot be read: {error}") from error
    # A value from a file ends with the file's last line break.
    values = {key: _trimmed(value) for key, value in values.items()}
    values["public_url"] = values["public_url"].rstrip("/")
    return Settings(**values)


def _trimmed(value: Any) -> Any:
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple):
        return tuple(item.strip() for item in value if item.strip())
    return value


def _kept(path: Path, make: Callable[[], str]) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
        with os.fdopen(handle, "w") as file:
            file.write(make() + "\n")
            file.flush()
            os.fsync(file.fileno())
        # A hard link appears whole or not at all: of two processes that start together one makes
        # the key and both read it.
        with contextlib.suppress(FileExistsError):
            Path(path).hardlink_to(draft)
        Path(draft).unlink()
    return path.read_text().strip()


def new_seed() -> str:
    """Return a fresh signing seed for the evidence log, as the setting holds it."""
    return base64.b64encode(secrets.token_bytes(SEED_BYTES)).decode()


def _check_public_url(settings: Settings) -> str:
    parts = urlsplit(settings.public_url)
    if parts.scheme in {"http", "https"} and parts.netloc and not (parts.query or parts.fragment):
        return ""
    return f"{PREFIX}PUBLIC_URL must be an http or https address, not {settings.public_url!r}."


def _check_bind(settings: Settings) -> str:
    if re.fullmatch(r"(\[[0-9a-f:]+\]|[^:\s]+):\d{1,5}", settings.bind) and settings.port < 65536:
        return ""
    return f"{PREFIX}BIND must be address:port, not {settings.bind!r}."


def _check_database(settings: Settings) -> str:
    try:
        name = make_url(settings.database_url).drivername
    except (ArgumentError, ValueError):
        name = ""
    if name in {"sqlite", "postgresql+psycopg"}:
        return ""
    return f"{PREFIX}DATABASE_URL must be sqlite:///PATH or postgresql+psycopg://USER@HOST/NAME."


def _check_ledger_key(settings: Settings) -> str:
    given = [each.strip() for each in settings.ledger_key.split(",")] if settings.ledger_key else []
    try:
        are_seeds = all(len(base64.b64decode(each, validate=True)) == SEED_BYTES for each in given)
    except (binascii.Error, ValueError):
        are_seeds = False
    if are_seeds:
        return ""
    return (
        f"{PREFIX}LEDGER_KEY must be the base64 of {SEED_BYTES} bytes, or of several such seeds, "
        "comma separated."
    )


def _check_counts(settings: Settings) -> str:
    wrong = [
        f"{PREFIX}{name.upper()} must be {least} or more."
        for name, least in shapes.LEAST.items()
        if getattr(settings, name) < least
    ]
    return " ".join(wrong)


def _check_secret_keys(settings: Settings) -> str:
    if all(len(key) >= 16 for key in settings.secret_keys):
        return ""
    return f"{PREFIX}SECRET_KEYS must each have 16 characters or more."


def _check_logs(settings: Settings) -> str:
    if settings.log_format not in LOG_FORMATS:
        return f"{PREFIX}LOG_FORMAT must be one of {', '.join(LOG_FORMATS)}."
    if settings.log_level not in LOG_LEVELS:
        return f"{PREFIX}LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}."
    return ""


def _check_shapes(settings: Settings) -> str:
    wrong = []
    for name, (shape, words) in shapes.SHAPES.items():
        given = getattr(settings, name)
        values = given if isinstance(given, tuple) else (given,)
        if not all(re.fullmatch(shape, each) for each in values if each):
            wrong.append(f"{PREFIX}{name.upper()} must {words}.")
    return " ".join(wrong)


def _check_timestamps(settings: Settings) -> str:
    if settings.timestamp_url and importlib.util.find_spec("rfc3161_client") is None:
        return f"{PREFIX}TIMESTAMP_URL needs a package: install consent-service[timestamps]."
    return ""


def _check_outgoing(settings: Settings) -> str:
    wrong = [each for each in settings.outgoing_allow if not shapes.is_host_or_network(each)]
    if wrong:
        return f"{PREFIX}OUTGOING_ALLOW must name hosts or networks; {wrong[0]!r} is neither."
    if settings.oidc_issuer and not settings.oidc_client_id:
        return f"{PREFIX}OIDC_ISSUER needs {PREFIX}OIDC_CLIENT_ID too."
    return ""


_CHECKS = (
    _check_public_url,
    _check_bind,
    _check_database,
    _check_counts,
    _check_secret_keys,
    _check_ledger_key,
    _check_logs,
    _check_shapes,
    _check_timestamps,
    _check_outgoing,
)
