"""Cosignatures of checkpoints by witnesses (C2SP tlog-cosignature), type 0x04: Ed25519 and a time.

A witness says by one that, at that time, this was the largest tree it had seen of the log, and that
it continued all it had seen before. Pure functions of bytes, as notes are.
"""

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass

from consent.errors import ProofError
from consent.ledger import notes
from consent.ledger.notes import Line

COSIGNATURE = b"\x04"
MOST_SECONDS = 2**63 - 1
_VKEY = re.compile(r"([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/]{44})")


@dataclass(frozen=True)
class Cosignature:
    """What a witness said: who, and when by its clock, in seconds since 1970."""

    name: str
    seconds: int
    line: str


@dataclass(frozen=True)
class CosignatureVerifier:
    """The public key of a witness under its name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which cosignatures name the key."""
        return notes.key_id(self.name, COSIGNATURE, self.public)

    @property
    def vkey(self) -> str:
        """Return the key as people hand it on: name, id, key."""
        coded = base64.b64encode(COSIGNATURE + self.public).decode()
        return f"{self.name}+{self.key_id.hex()}+{coded}"

    @classmethod
    def of(cls, vkey: str) -> "CosignatureVerifier":
        """Read the vkey of a witness; a mistyped one, or one of a log, is refused."""
        found = _VKEY.fullmatch(vkey)
        data = notes.decoded(found.group(3)) if found else None
        made = cls(found.group(1) if found else "", (data or b"")[1:])
        if (
            found is None
            or data is None
            or data[:1] != COSIGNATURE
            or made.key_id.hex() != found.group(2)
        ):
            raise ProofError(
                f"{vkey!r} is no key of a witness: NAME+ID+KEY, for cosignatures with Ed25519."
            )
        return made

    def found_in(self, lines: Iterable[str], text: str) -> Cosignature | None:
        """Return this witness's cosignature of a checkpoint's text among lines of signatures.

        Lines of others are passed over; one of this key that does not hold is refused.
        """
        return self.among(map(notes.line_of, lines), text)

    def among(self, lines: Iterable[Line], text: str) -> Cosignature | None:
        """Return the same of lines that have been read."""
        for line in lines:
            if (line.name, line.key_id) == (self.name, self.key_id):
                return Cosignature(self.name, self._time_of(line.signature, text), line.text)
        return None

    def _time_of(self, signature: bytes, text: str) -> int:
        seconds = int.from_bytes(signature[:8], "big")
        key = notes.Verifier(self.name, self.public)
        is_whole = len(signature) == 8 + 64 and seconds <= MOST_SECONDS
        if not is_whole or not key.verifies(signed(seconds, text), signature[8:]):
            raise ProofError(f"The cosignature of {self.name} is wrong.")
        return seconds


def signed(seconds: int, text: str) -> bytes:
    """Return the bytes that a witness signs: the text of a checkpoint, and when it saw it."""
    return f"cosignature/v1\ntime {seconds}\n{text}".encode()


def cosignatures(note: str, verifiers: Iterable[CosignatureVerifier]) -> list[Cosignature]:
    """Return the cosignatures that known witnesses put under a note.

    The log's own signature is not looked at: that is what `notes.opened` is for.
    """
    text, lines = notes.signatures(note)
    found = [each.among(lines, text) for each in verifiers]
    return [each for each in found if each is not None]


def with_lines(note: str, lines: Iterable[str]) -> str:
    """Return a note with more lines of signatures, none of them twice."""
    for line in lines:
        if f"\n{line}" not in note:
            note += line
    return note
