"""PostgreSQL's own tools as processes: found on PATH, of a fitting version, no secret shown."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import Engine

from consent.errors import BackupError, ToolError

SECONDS_BETWEEN_LOOKS = 0.2
CHUNK = 1024 * 1024
# From this release on pg_restore sets `transaction_timeout`, at which older servers fail; and what
# a newer pg_dump writes is not read by an older pg_restore.
SETS_TRANSACTION_TIMEOUT = 17


def tool(name: str, server: int) -> str:
    """Return the path of a tool that fits a server's major version; the error says what to do."""
    path = shutil.which(name)
    advice = (
        f"Install PostgreSQL's client tools {server} and put them first on PATH: the package "
        f"postgresql-client-{server} on Debian and Ubuntu, postgresql on Fedora."
    )
    if path is None:
        raise ToolError(f"{name} is not on PATH. {advice}")
    found = _major(path)
    if found < server:
        raise ToolError(f"{name} {found} is too old for a server {server}. {advice}")
    if server < SETS_TRANSACTION_TIMEOUT <= found:
        raise ToolError(
            f"{name} {found} is too new: what it writes cannot be restored into a server {server}. "
            + advice
        )
    return path


@contextmanager
def connection_words(engine: Engine) -> Iterator[str]:
    """Give libpq's connection string; a password stands in a file that only we can read."""
    _, found = engine.dialect.create_connect_args(engine.url)
    words = {str(key): str(value) for key, value in found.items() if isinstance(value, str | int)}
    password = words.pop("password", None)
    with tempfile.TemporaryDirectory(prefix="consent-") as folder:
        if password is not None:
            file = Path(folder) / "passwords"
            file.touch(0o600)
            file.write_text("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", password) + "\n")
            words["passfile"] = str(file)
        yield " ".join(f"{key}={_quoted(value)}" for key, value in words.items())


def write(words: list[str], target: Path, progress: Callable[[int], object]) -> None:
    """Run a tool that writes a file; tell how it grows."""
    seen = 0
    with _running(words) as process:
        while True:
            with suppress(subprocess.TimeoutExpired):
                process.wait(SECONDS_BETWEEN_LOOKS)
            size = target.stat().st_size if target.exists() else 0
            progress(size - seen)
            seen = size
            if process.returncode is not None:
                return


def feed(words: list[str], source: Path, progress: Callable[[int], object]) -> None:
    """Run a tool that reads a file from its standard input; tell how far it is."""
    with source.open("rb") as file, _running(words, stdin=subprocess.PIPE) as process:
        pipe = process.stdin
        assert pipe is not None
        # A tool that ends early breaks the pipe, and says why itself.
        with suppress(BrokenPipeError):
            while chunk := file.read(CHUNK):
                pipe.write(chunk)
                progress(len(chunk))
        with suppress(BrokenPipeError):
            pipe.close()
        process.wait()


@contextmanager
def _running(
    words: list[str], stdin: int = subprocess.DEVNULL
) -> Iterator[subprocess.Popen[bytes]]:
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(  # noqa: S603 - a tool of the database, found on PATH
            words, stdin=stdin, stdout=subprocess.DEVNULL, stderr=said
        )
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()
        if process.returncode:
            said.seek(0)
            lines = said.read().decode(errors="replace").strip().splitlines()
            raise BackupError(f"{Path(words[0]).name} failed: {' '.join(lines[-3:])}")


def _major(path: str) -> int:
    said = subprocess.run(  # noqa: S603 - a tool of the database, found on PATH
        [path, "--version"], capture_output=True, text=True, check=False
    ).stdout
    found = re.search(r"\(PostgreSQL\) (\d+)", said)
    return int(found.group(1)) if found else 0


def _quoted(value: str) -> str:
    return "'" + re.sub(r"(['\\])", r"\\\1", value) + "'"
