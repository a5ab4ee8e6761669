"""The file itself: a tar.gz of members in a fixed order, written once and read to its last byte."""

import gzip
import io
import os
import shutil
import tarfile
import tempfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO, BinaryIO

from consent.backups import manifest as manifests
from consent.backups.manifest import Manifest, Member
from consent.backups.work import CHUNK, Work, in_sentences
from consent.errors import BackupDamagedError, BackupError

LEVEL = 3  # two thirds of the time of the usual 6, for a tenth more bytes
MOST_BYTES_OF_A_SMALL_MEMBER = 1024 * 1024
MANIFESTS = (manifests.NAME, manifests.SUM)


@dataclass(frozen=True)
class Unpacked:
    """A backup of which every byte was checked, as files in a folder that goes away."""

    manifest: Manifest
    folder: Path

    def file(self, name: str) -> Path:
        """Return where a member lies."""
        return self.folder / name.replace("/", "_")


def hashed(path: Path, name: str) -> Member:
    """Describe a file as a member."""
    digest = sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return Member(name, path.stat().st_size, digest.hexdigest())


def pack(target: Path, manifest: Manifest, files: dict[str, Path], work: Work) -> None:
    """Write manifest and members into a new file, on the disk when this returns."""
    body = manifests.dump(manifest)
    small = dict(zip(MANIFESTS, (body, manifests.checksum(body)), strict=True))
    total = sum(member.size for member in manifest.members)
    with target.open("xb") as file, work("Packing", total) as progress:
        target.chmod(0o600)
        with (
            gzip.GzipFile("", "wb", LEVEL, file, mtime=0) as zipped,
            tarfile.open(fileobj=zipped, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for name, content in small.items():
                tar.addfile(_header(name, len(content), manifest), io.BytesIO(content))
            for member in manifest.members:
                with files[member.name].open("rb") as source:
                    header = _header(member.name, member.size, manifest)
                    tar.addfile(header, _Told(source, progress))
        file.flush()
        os.fsync(file.fileno())


@contextmanager
def unpacked(path: Path, near: Path | None, work: Work) -> Iterator[Unpacked]:
    """Unpack and check a backup into a folder beside `near`; it goes away at the end."""
    with ExitStack() as stack:
        with in_sentences():
            folder = Path(
                stack.enter_context(tempfile.TemporaryDirectory(prefix=".restore-", dir=near))
            )
            reader = _Reader(stack.enter_context(path.open("rb")), stack)
            manifest = reader.manifest()
            found = Unpacked(manifest, folder)
            total = sum(member.size for member in manifest.members)
            _refuse_small_disk(folder, total)
            with work("Checking", total) as progress:
                for member in manifest.members:
                    reader.member(member, found.file(member.name), progress)
                reader.end()
        yield found


class _Reader:
    """Reads the members in their order; whatever is wrong is said with the member's name."""

    def __init__(self, file: BinaryIO, stack: ExitStack) -> None:
        self._stack = stack
        self._zipped = stack.enter_context(gzip.GzipFile(fileobj=file, mode="rb"))
        self._tar: tarfile.TarFile | None = None

    def manifest(self) -> Manifest:
        """Read the first two members."""
        with _damage(manifests.NAME):
            if self._zipped.peek(1) == b"":
                raise BackupDamagedError(manifests.NAME, "the file is empty")
            tar = tarfile.open(fileobj=self._zipped, mode="r|")  # noqa: SIM115 - the stack closes it
            self._tar = self._stack.enter_context(tar)
        body, line = (self._small(name) for name in MANIFESTS)
        return manifests.load(body, line)

    def member(self, member: Member, target: Path, progress: Callable[[int], object]) -> None:
        """Write a member to a file and compare its size and hash with the manifest."""
        with _damage(member.name), target.open("xb") as file:
            target.chmod(0o600)
            source = self._next(member.name, member.size)
            digest = sha256()
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
                progress(len(chunk))
            file.flush()
            os.fsync(file.fileno())
            if digest.hexdigest() != member.sha256:
                raise BackupDamagedError(member.name, "its bytes are not those of the manifest")

    def end(self) -> None:
        """Read to the last byte, where the checksum of the whole stands."""
        with _damage("the end of the file"):
            assert self._tar is not None
            if (more := self._tar.next()) is not None:
                raise BackupDamagedError(more.name, "the manifest does not list it")
            while chunk := self._zipped.read(CHUNK):
                if any(chunk):
                    raise BackupDamagedError("the end of the file", "something follows it")

    def _small(self, name: str) -> bytes:
        with _damage(name):
            return self._next(name, None).read()

    def _next(self, name: str, size: int | None) -> IO[bytes]:
        assert self._tar is not None
        header = self._tar.next()
        if header is None:
            raise BackupDamagedError(name, "it is missing")
        if header.name != name or not header.isreg():
            raise BackupDamagedError(name, "another member stands in its place")
        if size is None and header.size > MOST_BYTES_OF_A_SMALL_MEMBER:
            raise BackupDamagedError(name, "it is too long")
        if size is not None and header.size != size:
            raise BackupDamagedError(name, "its size is not that of the manifest")
        found = self._tar.extractfile(header)
        assert found is not None
        return found


@contextmanager
def _damage(name: str) -> Iterator[None]:
    """Say what the libraries found as damage of one member."""
    try:
        yield
    except gzip.BadGzipFile as error:
        raise BackupDamagedError(name, "it is no gzip file, or its checksum is wrong") from error
    except EOFError as error:
        raise BackupDamagedError(name, "the file ends in the middle of it") from error
    except (tarfile.TarError, zlib.error, ValueError, UnicodeError) as error:
        raise BackupDamagedError(name, "it cannot be read") from error


class _Told(io.RawIOBase):
    """A file that tells how far it was read."""

    def __init__(self, file: BinaryIO, progress: Callable[[int], object]) -> None:
        super().__init__()
        self._file = file
        self._progress = progress

    def read(self, size: int = -1) -> bytes:
        chunk = self._file.read(size)
        self._progress(len(chunk))
        return chunk


def _header(name: str, size: int, manifest: Manifest) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode = size, 0o600
    header.mtime = int(manifest.made_at.timestamp())
    return header


def _refuse_small_disk(folder: Path, needed: int) -> None:
    if (free := shutil.disk_usage(folder).free) < needed:
        raise BackupError(
            f"{folder.parent} has {free:,} bytes free and the backup needs {needed:,}: make room."
        )
