"""WHAT WE ASK OF OTHERS: the one opener of requests to anybody else, safe against forged targets.

Whatever address staff typed is resolved once, every address behind its name must be a global one,
and the connection goes to that very address under the name that was asked for. There are no
redirects unless they are wanted, and each is looked at again. Begin with `opener` and `Request`.
"""

from consent.outgoing.addresses import Allowed, is_global
from consent.outgoing.messages import Answer, Limits, Reason, Request, UnreachableError
from consent.outgoing.opener import Opener, for_operator, opener
from consent.outgoing.targets import ForbiddenError, problem

__all__ = [
    "Allowed",
    "Answer",
    "ForbiddenError",
    "Limits",
    "Opener",
    "Reason",
    "Request",
    "UnreachableError",
    "for_operator",
    "is_global",
    "opener",
    "problem",
]
