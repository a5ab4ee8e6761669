"""Putting a finished file in its place: there after a power cut, and never over somebody's file."""

import os
import tempfile
from pathlib import Path


def claim(path: Path) -> None:
    """Make an empty file for its owner alone; FileExistsError where the name is taken."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def put(path: Path, body: bytes, mode: int = 0o644) -> None:
    """Write a file whole or not at all, durable when this returns; makes its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
        file.flush()
        os.fsync(file.fileno())
        os.fchmod(file.fileno(), mode)
    settle(Path(draft), path)


def settle(draft: Path, path: Path) -> None:
    """Rename a draft of the same file system onto a path, durable when this returns."""
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
