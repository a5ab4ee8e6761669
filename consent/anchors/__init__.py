"""LAID DOWN OUTSIDE: checkpoints handed to witnesses, authorities, files and addresses.

What lies with somebody else cannot be rewritten here. Nothing of it is on the path of a decision
or of a checkpoint: the worker runs `due`, `lay_down` and `keep` in a thread of their own, and
whoever does not answer is asked again later.
"""

from consent.anchors.due import due, keep
from consent.anchors.memory import Memory
from consent.anchors.read import Anchored, cosigned, listed
from consent.anchors.targets import targets
from consent.anchors.timestamp import check_timestamp
from consent.anchors.work import Kind, Outcome, Result, Target, Work, lay_down

__all__ = [
    "Anchored",
    "Kind",
    "Memory",
    "Outcome",
    "Result",
    "Target",
    "Work",
    "check_timestamp",
    "cosigned",
    "due",
    "keep",
    "lay_down",
    "listed",
    "targets",
]
