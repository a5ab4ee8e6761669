"""Cosignatures: a witness's word on a checkpoint and its time, and nothing else."""

import base64

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from consent.errors import ProofError
from consent.ledger import cosignatures, notes
from consent.ledger.cosignatures import CosignatureVerifier
from consent.ledger.notes import Signer

KEY = Ed25519PrivateKey.from_private_bytes(b"\7" * 32)
WITNESS = CosignatureVerifier("witness.example/w1", KEY.public_key().public_bytes_raw())
LOG = Signer("log.example/log/demo", b"\5" * 32)
TEXT = notes.Checkpoint(LOG.name, 9, b"\1" * 32).text
NOTE = notes.sign(TEXT, [LOG])
SECONDS = 1_790_000_000


def line(text: str = TEXT, seconds: int = SECONDS, cut: int | None = None) -> str:
    made = KEY.sign(b"cosignature/v1\ntime %d\n%s" % (seconds, text.encode()))
    data = (WITNESS.key_id + seconds.to_bytes(8, "big") + made)[:cut]
    return f"— {WITNESS.name} {base64.b64encode(data).decode()}\n"


def test_a_cosignature_says_who_and_when():
    (found,) = cosignatures.cosignatures(NOTE + line(), [WITNESS])
    assert (found.name, found.seconds, found.line) == (WITNESS.name, SECONDS, line())
    assert notes.opened(NOTE + line(), [LOG.verifier]) == TEXT, "the log's own still holds"


def test_signatures_of_others_are_passed_over():
    other = CosignatureVerifier("other.example", WITNESS.public)
    assert cosignatures.cosignatures(NOTE + line(), [other]) == []
    assert cosignatures.cosignatures(NOTE, [WITNESS]) == []


@pytest.mark.parametrize(
    "wrong",
    [
        line(TEXT.replace("9", "8", 1)),
        line(cut=-1),
        line(seconds=2**63),
        line().replace("AAAA", "AAAB"),
    ],
    ids=["another text", "cut short", "a time beyond all", "another time"],
)
def test_a_cosignature_of_a_known_key_that_does_not_hold_spoils_the_note(wrong):
    with pytest.raises(ProofError, match=r"cosignature of witness\.example/w1 is wrong"):
        cosignatures.cosignatures(NOTE + wrong, [WITNESS])


def test_every_altered_byte_of_a_cosignature_is_found():
    data = base64.b64decode(line().split(" ")[2])
    for at in range(4, len(data)):
        altered = base64.b64encode(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]).decode()
        with pytest.raises(ProofError):
            WITNESS.found_in([f"— {WITNESS.name} {altered}"], TEXT)


@pytest.mark.parametrize("text", ["", "— a", "- a AAAAAAAAAAAA", "— a AAAA", "— a b AAAAAAAA"])
def test_a_line_that_is_none_is_refused(text):
    with pytest.raises(ProofError, match="cannot be read"):
        WITNESS.found_in([text], TEXT)


def test_a_text_without_signatures_is_no_note():
    with pytest.raises(ProofError):
        cosignatures.cosignatures(TEXT, [WITNESS])
    with pytest.raises(ProofError, match="at most 100"):
        cosignatures.cosignatures(NOTE + line() * 100, [WITNESS])


def test_a_key_comes_back_from_its_text():
    assert CosignatureVerifier.of(WITNESS.vkey) == WITNESS


def test_a_key_of_a_log_or_a_mistyped_one_is_refused():
    own = LOG.verifier.vkey
    for wrong in (own, WITNESS.vkey.replace("w1", "w2"), WITNESS.vkey[:-1], "", "a+b", "+00+AA"):
        with pytest.raises(ProofError, match="is no key of a witness"):
            CosignatureVerifier.of(wrong)


def test_a_line_is_added_once():
    once = cosignatures.with_lines(NOTE, [line()])
    assert once == NOTE + line() == cosignatures.with_lines(once, [line(), line()])
