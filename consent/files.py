"""Putting a finished file in its place: there after a power cut, and never over somebody's file."""

import os
from pathlib import Path


def claim(path: Path) -> None:
    """Make an empty file for its owner alone; FileExistsError where the name is taken."""
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))


def settle(draft: Path, path: Path) -> None:
    """Rename a draft of the same file system onto a path, durable when this returns."""
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
