"""WHO DID WHAT: the trail of staff, each act a leaf of the log it belongs to, never erased.

Begin with `note`; call it in the transaction of the act.
"""

from consent.staff.trail import COMMAND_LINE, note

__all__ = ["COMMAND_LINE", "note"]
