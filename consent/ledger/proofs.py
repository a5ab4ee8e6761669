"""Proofs that stand alone (C2SP tlog-proof): a leaf's place in a log, and the signed checkpoint."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass

from consent.errors import ProofError
from consent.ledger import commitment, notes, tree
from consent.ledger.notes import Checkpoint, Verifier

HEADER = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")


@dataclass(frozen=True)
class Proof:
    """An inclusion proof with what it is for: `extra` is bound by nothing but the checker."""

    index: int
    hashes: tuple[bytes, ...]
    note: str
    extra: bytes | None = None

    @property
    def text(self) -> str:
        """Return the file, as `.tlog-proof` holds it."""
        coded = [base64.b64encode(each).decode() for each in self.hashes]
        extra = [] if self.extra is None else [f"extra {base64.b64encode(self.extra).decode()}"]
        return "\n".join([HEADER, *extra, f"index {self.index}", *coded, "", self.note])


def parse(text: str) -> Proof:
    """Read a proof; what is not exactly one is refused."""
    head, _, note = text.partition("\n\n")
    header, *lines = head.split("\n")
    if header != HEADER or not note:
        raise ProofError(f"This is no proof: it begins with {HEADER}.")
    extra = None
    if lines and lines[0].startswith("extra "):
        extra = notes.decoded(lines.pop(0).removeprefix("extra "))
        if extra is None:
            raise ProofError("The line extra of this proof cannot be read.")
    found = _INDEX.fullmatch(lines[0]) if lines else None
    hashes = [notes.decoded(line) for line in lines[1:]]
    if found is None or len(hashes) > tree.MOST_HASHES:
        raise ProofError("This proof names no index, or too many hashes.")
    read = [each for each in hashes if each is not None and len(each) == tree.HASH_BYTES]
    if len(read) != len(hashes):
        raise ProofError("A hash of this proof cannot be read.")
    return Proof(int(found.group(1)), tuple(read), note, extra)


def check(proof: Proof, leaf: bytes, verifiers: Sequence[Verifier]) -> Checkpoint:
    """Return the checkpoint that covers a leaf; refuse a proof that does not hold."""
    found = notes.checkpoint(notes.opened(proof.note, verifiers))
    root = tree.root_of(commitment.leaf_hash(leaf), proof.index, found.size, proof.hashes)
    if root != found.root:
        raise ProofError(f"The leaf is not at {proof.index} in the log of {found.size}.")
    return found
