"""PROOF: what the service did, committed to leaf by leaf, one log a site.

A leaf holds a kind and a commitment, never personal data; payload and salt lie in an erasable row
beside it. A leaf is queued in the transaction of the change it proves. Begin with `queue`.
"""

from consent.ledger.canonical import NotCanonicalError, digest, dump, parse, read
from consent.ledger.commitment import Kind
from consent.ledger.queue import Waiting, log_id_of, open_log, queue, touch, waiting

__all__ = [
    "Kind",
    "NotCanonicalError",
    "Waiting",
    "digest",
    "dump",
    "log_id_of",
    "open_log",
    "parse",
    "queue",
    "read",
    "touch",
    "waiting",
]
