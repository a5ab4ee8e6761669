"""CHECKING: what an outsider checks of a log, from files and addresses alone.

`verify_log.py` stands alone and travels with packs; begin with `target`.
"""

from consent.verification.checks import (
    Verdict,
    ask_check,
    checks_of,
    claim_check,
    end_check,
    find_check,
    is_check_waiting,
    keep_check,
)
from consent.verification.deep import check_deep, log_of
from consent.verification.folder import Asked
from consent.verification.models import LogCheck
from consent.verification.state import LogState, state_of
from consent.verification.target import check, is_address, unfit
from consent.verification.verify_log import Keys, NotHeldError, Report

__all__ = [
    "Asked",
    "Keys",
    "LogCheck",
    "LogState",
    "NotHeldError",
    "Report",
    "Verdict",
    "ask_check",
    "check",
    "check_deep",
    "checks_of",
    "claim_check",
    "end_check",
    "find_check",
    "is_address",
    "is_check_waiting",
    "keep_check",
    "log_of",
    "state_of",
    "unfit",
]
