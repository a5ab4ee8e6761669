"""Lay checkpoints down as files: in a folder, and in a work tree of git.

The layout is one for both: `ORIGIN/SIZE.note`, the origin percent-encoded as in the marks. A file
that is there is never written over; one that says something else is a fork.
"""

import os
import shutil
import signal
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from consent.anchors.work import ForkedError, Kind, RefusedError, SilentError, Work
from consent.files import settle

SECONDS_FOR_GIT = 10.0
AUTHOR = ("Consent evidence log", "evidence-log@localhost")


@dataclass(frozen=True)
class Folder:
    """A folder, best of another machine."""

    path: Path
    kind: Kind = Kind.FILE
    every: timedelta = timedelta(minutes=1)

    @property
    def name(self) -> str:
        """Return its path."""
        return str(self.path)

    def lay_down(self, work: Work) -> None:
        """Write the note, durable when this returns."""
        put(self.path, work)


@dataclass(frozen=True)
class Repository:
    """A work tree of git: a commit for each checkpoint, pushed where that is wanted."""

    path: Path
    pushes: bool = False
    kind: Kind = Kind.GIT
    every: timedelta = timedelta(minutes=1)

    @property
    def name(self) -> str:
        """Return its path."""
        return str(self.path)

    def lay_down(self, work: Work) -> bytes:
        """Commit the note and return the commit's name; what was committed before is found."""
        if shutil.which("git") is None:
            raise SilentError("there is no program git on the PATH")
        note = str(put(self.path, work).relative_to(self.path))
        self._git("add", "--", note)
        if self._git("status", "--porcelain", "--", note):
            words = f"{work.origin}: checkpoint of {work.size}"
            self._git("commit", "--quiet", f"--message={words}", "--only", "--", note)
        if self.pushes:
            self._git("push", "--quiet")
        return self._git("log", "-1", "--format=%H", "--", note).strip().encode()

    def _git(self, *words: str) -> str:
        name, address = AUTHOR
        who = ("-c", f"user.name={name}", "-c", f"user.email={address}")
        return _output(["git", "-C", str(self.path), *who, *words])


def put(folder: Path, work: Work) -> Path:
    """Write a note where none is; refuse, and leave alone, one that says something else."""
    if not folder.is_dir():
        # Made here it might lie under the place where another disk belongs.
        raise SilentError(f"there is no folder {folder}: make it, or mount it")
    inner = folder / quote(work.origin, safe="")
    path = inner / f"{work.size}.note"
    if path.exists():
        if not path.read_bytes().startswith(f"{work.text}\n".encode()):
            raise ForkedError(f"{path} holds another checkpoint of this size")
        return path
    if not inner.is_dir():
        inner.mkdir(exist_ok=True)
        _settle_folder(folder)
    handle, draft = tempfile.mkstemp(dir=inner, prefix=".note-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            os.fchmod(handle, 0o644)  # what is in it is public
            file.write(work.note)
            file.flush()
            os.fsync(handle)
        settle(Path(draft), path)
    finally:
        Path(draft).unlink(missing_ok=True)
    return path


def _settle_folder(folder: Path) -> None:
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def _reason(said: str) -> str:
    lines = said.strip().splitlines()
    return next((line for line in lines if line.startswith(("fatal:", "error:"))), said.strip())


def _output(words: list[str]) -> str:
    # A session of its own: it can ask nobody for a password, and is ended with all it started.
    with subprocess.Popen(  # noqa: S603 - fixed words, no shell
        words,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as running:
        try:
            output, said = running.communicate(timeout=SECONDS_FOR_GIT)
        except subprocess.TimeoutExpired as error:
            os.killpg(running.pid, signal.SIGKILL)
            raise SilentError(f"git took longer than {SECONDS_FOR_GIT:g} s") from error
    if running.returncode:
        raise RefusedError(f"git {words[7]} failed: {_reason(said)[:200]}")
    return output
