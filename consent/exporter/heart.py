"""What keeps a claim alive while its work goes on, and ends the work when the claim is gone."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedWriter, FileIO
from pathlib import Path
from typing import Any, BinaryIO, Self

from consent import logs
from consent.jobs import leases

log = logs.logger(__name__)

SECONDS_BETWEEN = 1.0
BUFFER = 1 << 20
# Told how many rows there will be (None where that is not known yet) and how many are done.
Keep = Callable[[int | None, int], bool]


class StoppedError(Exception):
    """The work ends: it was cancelled, or another has the claim, or the process is to end."""


class Heart:
    """Renews a claim each second in a thread of its own, and tells how far the work is.

    The work itself only counts; it may sit long in one place, such as the closing of a workbook.
    """

    def __init__(self, keep: Keep, stop: threading.Event) -> None:
        self._keep = keep
        self._stop = stop
        self._ended = threading.Event()
        self._lost = threading.Event()
        self._counted: int | None = None
        self._written = 0
        self._thread = threading.Thread(target=self._beat_for_ever, name="claim", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def begin(self, counted: int, _noun: str) -> None:
        """Hear how many rows there will be."""
        self._counted = counted

    def advance(self, written: int) -> None:
        """Hear that more are done; ends the work where it should end."""
        self._written += written
        self.check()

    def check(self) -> None:
        """End the work where it should end."""
        if self._lost.is_set() or self._stop.is_set():
            raise StoppedError

    @contextmanager
    def watched(self, path: Path) -> Iterator[BinaryIO]:
        """Open a new file for its owner alone; writing to it ends where the work should end."""
        raw = _WatchedFile(path, self.check)
        with BufferedWriter(raw, BUFFER) as stream:
            yield stream
            stream.flush()
            os.fsync(stream.fileno())

    def _beat_for_ever(self) -> None:
        kept_at = time.monotonic()
        while not self._ended.wait(SECONDS_BETWEEN):
            try:
                if not self._keep(self._counted, self._written):
                    self._lost.set()
                    return
                kept_at = time.monotonic()
            except Exception:
                log.exception("A claim could not be renewed; it is tried again in a second")
                # By now somebody else may have begun anew.
                if time.monotonic() - kept_at > leases.LEASE.total_seconds():
                    self._lost.set()
                    return


class _WatchedFile(FileIO):
    """A file that asks before each write whether there should be more."""

    def __init__(self, path: Path, check: Callable[[], None]) -> None:
        super().__init__(str(path), "x", opener=lambda name, flags: os.open(name, flags, 0o600))
        self._check = check

    def write(self, data: Any) -> int | None:  # type: ignore[override]
        """Write, unless the work is to end."""
        self._check()
        return super().write(data)
