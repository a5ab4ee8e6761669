"""PROOF: what the service did, committed to leaf by leaf, one log a site.

A leaf holds a kind and a commitment, never personal data; payload and salt lie in an erasable row
beside it. A leaf is queued in the transaction of the change it proves. Begin with `queue`.
"""

from consent.ledger.canonical import NotCanonicalError, digest, dump, parse, read
from consent.ledger.commitment import CLEAR, PROTECTED, Kind, leaf_hash
from consent.ledger.epochs import Begun, Epoch, begin, epoch_of, epochs, key_document
from consent.ledger.keys import KnownKey, keys_of, public_keys
from consent.ledger.marks import Marks
from consent.ledger.proofs import Proof
from consent.ledger.publish import (
    INSTANCE,
    LAG,
    Unshown,
    covers,
    draft,
    name_of,
    origin_of,
    place_of,
    proof_for,
    proof_of,
    published,
    show,
    unshown,
    unsigned_since,
    verifier,
    with_extra,
)
from consent.ledger.queue import (
    Waiting,
    instance_log,
    instance_log_id,
    log_id_of,
    open_log,
    queue,
    queue_clear,
    touch,
    waiting,
)
from consent.ledger.rows import Leaf, rows, rows_of
from consent.ledger.sequence import hashes, leaves, sequence, tile, waiting_logs
from consent.ledger.serve import checkpoints, compressed, count_files, file, write_files

__all__ = [
    "CLEAR",
    "INSTANCE",
    "LAG",
    "PROTECTED",
    "Begun",
    "Epoch",
    "Kind",
    "KnownKey",
    "Leaf",
    "Marks",
    "NotCanonicalError",
    "Proof",
    "Unshown",
    "Waiting",
    "begin",
    "checkpoints",
    "compressed",
    "count_files",
    "covers",
    "digest",
    "draft",
    "dump",
    "epoch_of",
    "epochs",
    "file",
    "hashes",
    "instance_log",
    "instance_log_id",
    "key_document",
    "keys_of",
    "leaf_hash",
    "leaves",
    "log_id_of",
    "name_of",
    "open_log",
    "origin_of",
    "parse",
    "place_of",
    "proof_for",
    "proof_of",
    "public_keys",
    "published",
    "queue",
    "queue_clear",
    "read",
    "rows",
    "rows_of",
    "sequence",
    "show",
    "tile",
    "touch",
    "unshown",
    "unsigned_since",
    "verifier",
    "waiting",
    "waiting_logs",
    "with_extra",
    "write_files",
]
