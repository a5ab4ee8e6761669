"""The snippet as static files, for the site's own host or its CDN: our outage is never the site's.

Parts come first and `loader.js` last, each whole or not at all, so that no loader names a part that
is not there. Parts of earlier bundles stay: pages that are open, or cached, still load them.
"""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import brotli

from consent.files import settle
from consent.snippet.bundle import File, integrity

LOADER = "loader.js"
MANIFEST = "bundle.json"


def write(folder: Path, loader: File, parts: Iterable[File]) -> list[str]:
    """Write the files with their compressed twins; return the names, `loader.js` last."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [*parts, loader, File(LOADER, loader.media_type, loader.body)]
    for file in files:
        _put(folder / file.name, file.body)
        _put(folder / f"{file.name}.gz", gzip.compress(file.body, 9, mtime=0))
        _put(folder / f"{file.name}.br", brotli.compress(file.body))
    manifest = {file.name: integrity(file.body) for file in files}
    _put(folder / MANIFEST, json.dumps(manifest, indent=1).encode() + b"\n")
    return list(manifest)


def _put(path: Path, body: bytes) -> None:
    # Readable for the web server: these files are public.
    draft = path.with_name(f".{path.name}.draft")
    draft.write_bytes(body)
    settle(draft, path)
