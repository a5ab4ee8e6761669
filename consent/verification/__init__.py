"""CHECKING: what an outsider checks of a log, from files and addresses alone.

`verify_log.py` stands alone and travels with packs; begin with `target`.
"""

from consent.verification.deep import check_deep, log_of
from consent.verification.folder import Asked
from consent.verification.target import check, is_address, unfit
from consent.verification.verify_log import Keys, NotHeldError, Report

__all__ = [
    "Asked",
    "Keys",
    "NotHeldError",
    "Report",
    "check",
    "check_deep",
    "is_address",
    "log_of",
    "unfit",
]
