"""Signed notes (C2SP signed-note) with Ed25519, and the checkpoints written in them.

A note is text, an empty line, and lines of signatures. Nothing in a note is believed before one of
the keys one knows has signed it, and a known key that signed wrongly spoils the whole note.
"""

import base64
import binascii
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from consent.errors import ProofError

ED25519 = b"\x01"
MOST_SIGNATURES = 100
_NAME = re.compile(r"[^\s+]+")
_SIGNATURE = re.compile("— ([^\\s+]+) ([A-Za-z0-9+/]+={0,2})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True)
class Verifier:
    """A public key under a name."""

    name: str
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Return the four bytes by which signatures name the key."""
        return key_id(self.name, ED25519, self.public)

    @property
    def vkey(self) -> str:
        """Return the key as people hand it on: name, id, key."""
        return f"{self.name}+{self.key_id.hex()}+{_coded(ED25519 + self.public)}"

    @classmethod
    def of(cls, vkey: str) -> "Verifier":
        """Read a vkey; a mistyped one is refused."""
        name, _, rest = vkey.partition("+")
        key_id, _, coded = rest.partition("+")
        data = decoded(coded)
        made = cls(name, (data or b"")[1:])
        if (
            data is None
            or data[:1] != ED25519
            or len(made.public) != 32
            or not _NAME.fullmatch(name)
            or made.key_id.hex() != key_id
        ):
            raise ProofError(f"{vkey!r} is no verification key with Ed25519.")
        return made

    def verifies(self, text: bytes, signature: bytes) -> bool:
        """Say whether the key signed the text."""
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, text)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, repr=False)
class Signer:
    """A private key under a name: 32 bytes of seed, in no repr and in no log."""

    name: str
    seed: bytes

    @property
    def verifier(self) -> Verifier:
        """Return its public half."""
        return Verifier(self.name, self._key.public_key().public_bytes_raw())

    @property
    def skey(self) -> str:
        """Return the key as Go's note package reads it. A secret."""
        key_id = self.verifier.key_id.hex()
        return f"PRIVATE+KEY+{self.name}+{key_id}+{_coded(ED25519 + self.seed)}"

    @property
    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def line(self, text: str) -> str:
        """Return the line that signs a text."""
        signature = self._key.sign(text.encode())
        return f"— {self.name} {_coded(self.verifier.key_id + signature)}\n"


@dataclass(frozen=True)
class Line:
    """A line of signatures as it stands under a note: whose it says it is, and what it holds."""

    name: str
    key_id: bytes
    signature: bytes
    text: str


@dataclass(frozen=True)
class Checkpoint:
    """The size and the root of a log (C2SP tlog-checkpoint)."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """Return the lines that are signed."""
        return f"{self.origin}\n{self.size}\n{_coded(self.root)}\n"


def sign(text: str, signers: Iterable[Signer]) -> str:
    """Return a note: the text with a signature of each signer."""
    if not text.endswith("\n") or any(ord(char) < 32 and char != "\n" for char in text):
        raise ValueError("The text of a note ends with a line break and has no other control.")
    return f"{text}\n{''.join(signer.line(text) for signer in signers)}"


def opened(note: str, verifiers: Sequence[Verifier]) -> str:
    """Return the text of a note that a known key signed; refuse any other.

    Signatures of unknown keys are passed over, also those that share a name or an id with a
    known one.
    """
    text, lines = signatures(note)
    known = {(each.name, each.key_id): each for each in verifiers}
    is_signed = False
    for line in lines:
        verifier = known.get((line.name, line.key_id))
        if verifier is None:
            continue
        if not verifier.verifies(text.encode(), line.signature):
            raise ProofError(f"The signature of {line.name} is wrong.")
        is_signed = True
    if not is_signed:
        raise ProofError("None of the known keys signed this note.")
    return text


def signatures(note: str) -> tuple[str, list[Line]]:
    """Return the text of a note and the lines under it, none of which is believed yet."""
    text, divided, lines = note.rpartition("\n\n")
    if not divided or not lines.endswith("\n") or any(_is_control(char) for char in note):
        raise ProofError("This is no signed note.")
    each_line = lines[:-1].split("\n")
    if len(each_line) > MOST_SIGNATURES:
        raise ProofError(f"A note has at most {MOST_SIGNATURES} signatures.")
    return text + "\n", [line_of(each) for each in each_line]


def checkpoint(text: str) -> Checkpoint:
    """Read the text of a checkpoint; it has been opened before."""
    lines = text.split("\n")
    root = decoded(lines[2]) if len(lines) >= 4 else None
    if root is None or len(root) != 32 or not _NUMBER.fullmatch(lines[1]) or not lines[0]:
        raise ProofError("This is no checkpoint: origin, size and root, a line each.")
    return Checkpoint(lines[0], int(lines[1]), root)


def claimed(note: str) -> Checkpoint:
    """Read the checkpoint of a note whose signature is not in question: we signed it ourselves."""
    return checkpoint(note.partition("\n\n")[0] + "\n")


def decoded(text: str) -> bytes | None:
    """Return the bytes of base64 that is spelt as RFC 4648, section 4, spells it, else None."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return data if _coded(data) == text else None


def line_of(line: str) -> Line:
    """Read a line of signatures, as it stands without its line break."""
    found = _SIGNATURE.fullmatch(line)
    data = decoded(found.group(2)) if found else None
    if found is None or data is None or len(data) < 5:
        raise ProofError("A line of signatures cannot be read.")
    return Line(found.group(1), data[:4], data[4:], line + "\n")


def _is_control(char: str) -> bool:
    return (ord(char) < 32 and char != "\n") or char == "\x7f"


def key_id(name: str, kind: bytes, public: bytes) -> bytes:
    """Return the four bytes by which signatures name a key of a kind."""
    return sha256(name.encode() + b"\n" + kind + public).digest()[:4]


def _coded(data: bytes) -> str:
    return base64.b64encode(data).decode()
