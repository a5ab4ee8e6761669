"""WHAT THE SITE LOADS: the built core and a published notice, bundled into immutable files.

`bundle` is pure; `release` stores its files, compressed once. Nothing here needs Node: the core is
built when the package is installed (`build.py`, the build hook).
"""

from consent.snippet.bundle import Published, bundle, integrity
from consent.snippet.core import Core, core
from consent.snippet.models import SnippetFile
from consent.snippet.release import build_of, release, released

__all__ = [
    "Core",
    "Published",
    "SnippetFile",
    "build_of",
    "bundle",
    "core",
    "integrity",
    "release",
    "released",
]
