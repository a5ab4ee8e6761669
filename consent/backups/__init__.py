"""BACKUPS: database and keys as one file that can be checked, and back.

A backup is one consistent state. Nothing is touched before every byte of it was checked, and
nothing that is there is ever replaced. Begin with `make` and `restore`.
"""

from consent.backups.archive import unpacked
from consent.backups.keys import Kept
from consent.backups.make import make
from consent.backups.manifest import FORMAT, Manifest
from consent.backups.restore import Restored, place, refuse_unfit, restore, target_folder
from consent.backups.work import Work

__all__ = [
    "FORMAT",
    "Kept",
    "Manifest",
    "Restored",
    "Work",
    "make",
    "place",
    "refuse_unfit",
    "restore",
    "target_folder",
    "unpacked",
]
