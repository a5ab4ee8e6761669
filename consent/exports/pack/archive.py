"""The zip of a pack: written once from front to back, with the hash of every member.

The same members give the same bytes: their times are that of the pack, their order is that in
which they were written, and nothing of the machine goes in.
"""

import base64
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from typing import IO, BinaryIO, Self, cast
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

UNIX = 3
READABLE = 0o100644 << 16


class Archive:
    """One pack as it is written."""

    def __init__(self, stream: BinaryIO, made_at: datetime) -> None:
        self._zip = ZipFile(stream, "w", ZIP_DEFLATED, allowZip64=True)
        self._made_at = made_at.astimezone(UTC).timetuple()[:6]
        self._hashes: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            # A pack that broke gets no directory: nothing must make it look whole.
            self._zip.fp = None

    @contextmanager
    def member(self, path: str) -> Iterator[BinaryIO]:
        """Write one member as a stream, however long it gets."""
        if path in self._hashes:
            raise ValueError(f"{path} is in the pack already.")
        with self._zip.open(self._info(path), "w", force_zip64=True) as opened:
            hashed = _Hashed(opened)
            yield cast("BinaryIO", hashed)
        self._hashes[path] = hashed.digest

    def add(self, path: str, data: bytes) -> None:
        """Write one member that is at hand."""
        with self.member(path) as stream:
            stream.write(data)

    def close(self, facts: dict[str, object]) -> None:
        """Write the manifest, which names every other member, and end the zip."""
        manifest = {**facts, "files": dict(sorted(self._hashes.items()))}
        data = json.dumps(manifest, indent=1, ensure_ascii=False).encode() + b"\n"
        self._zip.writestr(self._info("manifest.json"), data)
        self._zip.close()

    def _info(self, path: str) -> ZipInfo:
        info = ZipInfo(path, self._made_at)
        info.compress_type = ZIP_DEFLATED
        info.create_system = UNIX
        info.external_attr = READABLE
        return info


class _Hashed(io.BufferedIOBase):
    """A stream that remembers the hash of what went through it; closing it is its owner's."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._hash = sha256()

    @property
    def digest(self) -> str:
        return "sha256-" + base64.b64encode(self._hash.digest()).decode()

    def writable(self) -> bool:
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]
        self._hash.update(data)
        return self._stream.write(data)
