"""WHAT THE SITE LOADS: the built core and a published notice, bundled into immutable files.

`bundle` is pure; `release` stores its files, compressed once. Nothing here needs Node: the core is
built when the package is installed (`build.py`, the build hook).
"""

from consent.snippet.bundle import File, Published, bundle, integrity
from consent.snippet.core import Core, core
from consent.snippet.first import first_notice
from consent.snippet.models import SnippetFile
from consent.snippet.modes import stub, stub_source
from consent.snippet.portray import Sitting, portray, sitting
from consent.snippet.preview import Staged, scripts, staged
from consent.snippet.public_hashes import AT_ONCE, Hashes, hashes, hashes_of
from consent.snippet.release import build_of, files, release, released
from consent.snippet.static import write

__all__ = [
    "AT_ONCE",
    "Core",
    "File",
    "Hashes",
    "Published",
    "Sitting",
    "SnippetFile",
    "Staged",
    "build_of",
    "bundle",
    "core",
    "files",
    "first_notice",
    "hashes",
    "hashes_of",
    "integrity",
    "portray",
    "release",
    "released",
    "scripts",
    "sitting",
    "staged",
    "stub",
    "stub_source",
    "write",
]
