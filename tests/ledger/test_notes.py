"""Signed notes, checkpoints and proofs against published ones, and one mistake each."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from consent.errors import ProofError
from consent.ledger import notes, proofs, tree
from consent.ledger.notes import Checkpoint, Signer, Verifier
from tests.ledger import naive

VECTORS = json.loads((Path(__file__).parents[1] / "data/tlog-public.json").read_text())
GIVEN = VECTORS["signed_note"]
SIGNER = Signer(GIVEN["origin"], bytes.fromhex(GIVEN["seed_hex"]))
VERIFIER = Verifier.of(GIVEN["vkey"])
NOTE = GIVEN["checkpoints"]["7"]
OTHER = Signer("other.example/log", b"\7" * 32)
# The example of C2SP signed-note.
FOO = "example.com/foo+530d903a+"


def test_the_published_keys_are_ours():
    assert SIGNER.verifier == VERIFIER
    assert (SIGNER.verifier.vkey, SIGNER.skey) == (GIVEN["vkey"], GIVEN["skey"])
    assert VERIFIER.public.hex() == GIVEN["public_hex"]


def test_a_private_key_shows_in_no_repr():
    assert SIGNER.seed.hex() not in repr(SIGNER)
    assert repr(SIGNER.seed) not in repr(SIGNER)


@pytest.mark.parametrize(("size", "note"), GIVEN["checkpoints"].items())
def test_the_published_checkpoints_are_ours(size, note):
    made = Checkpoint(GIVEN["origin"], int(size), naive.mth(0, int(size)))
    assert notes.sign(made.text, [SIGNER]) == note
    assert notes.checkpoint(notes.opened(note, [VERIFIER])) == made


@pytest.mark.parametrize("given", VECTORS["receipts"], ids=lambda given: given["leaf"])
def test_the_published_proofs_are_ours_and_hold(given):
    proof = proofs.parse(given["proof"])
    assert proof.text == given["proof"]
    found = proofs.check(proof, given["leaf"].encode(), [VERIFIER])
    assert (proof.index, found.size) == (given["index"], given["size"])
    path = tree.inclusion(naive.hash_of, given["index"], given["size"])
    made = proofs.Proof(given["index"], tuple(path), proof.note, proof.extra)
    assert made.text == given["proof"]
    with pytest.raises(ProofError, match="not at 3 in the log of 7"):
        proofs.check(proof, b"another leaf", [VERIFIER])


def test_a_note_of_two_keys_is_opened_by_either_and_by_no_third():
    note = notes.sign("text\n", [SIGNER, OTHER])
    for known in ([VERIFIER], [OTHER.verifier], [OTHER.verifier, VERIFIER]):
        assert notes.opened(note, known) == "text\n"
    with pytest.raises(ProofError, match="None of the known keys"):
        notes.opened(note, [Signer("third.example/log", b"\1" * 32).verifier])


def test_a_known_key_that_signed_wrongly_spoils_the_note_though_another_signed_rightly():
    wrong = SIGNER.line("other text\n")
    note = notes.sign("text\n", [OTHER]) + wrong
    assert notes.opened(note, [OTHER.verifier]) == "text\n"
    with pytest.raises(ProofError, match="is wrong"):
        notes.opened(note, [OTHER.verifier, VERIFIER])


def test_a_stranger_who_shares_the_name_is_passed_over():
    stranger = Signer(SIGNER.name, b"\2" * 32)
    assert notes.opened(notes.sign("text\n", [stranger, SIGNER]), [VERIFIER]) == "text\n"


def test_any_altered_character_of_a_checkpoint_is_found():
    for at in range(len(NOTE)):
        altered = NOTE[:at] + ("B" if NOTE[at] != "B" else "C") + NOTE[at + 1 :]
        with pytest.raises(ProofError):
            notes.checkpoint(notes.opened(altered, [VERIFIER]))


@pytest.mark.parametrize(
    "note",
    [
        "", "\n\n", "text\n", NOTE.replace("\n\n", "\n"), NOTE[:-1], NOTE.replace("—", "-"),
        NOTE.replace("\n7\n", "\n7\t\n"), NOTE + "\n", NOTE + "— x y\n", NOTE + "— x \n",
        NOTE + "— other " + "A" * 6 + "=\n", "\x7f" + NOTE, NOTE + SIGNER.line("a\n") * 101,
    ],
)  # fmt: skip
def test_what_is_no_note_is_refused(note):
    with pytest.raises(ProofError):
        notes.opened(note, [VERIFIER])


@pytest.mark.parametrize(
    "text",
    [
        "origin\n7\n", "origin\n07\nx\n", "\n7\n" + "A" * 43 + "=\n",
        "origin\n-1\n" + "A" * 43 + "=\n",
        "origin\n7\n" + "A" * 42 + "B=\n", "origin\n7\nAAAA\n", "origin\n٧\n" + "A" * 43 + "=\n",
        "origin\n7\n" + "A" * 43 + "=",
    ],
)  # fmt: skip
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(ProofError):
        notes.checkpoint(text)


@pytest.mark.parametrize(
    "vkey",
    [
        "", "name", GIVEN["vkey"][:-2], GIVEN["vkey"].replace("a86e58ab", "a86e58ac"),
        GIVEN["vkey"].replace("site-1", "site-2"), FOO + "AAAA",
        GIVEN["vkey"].replace("+AY", "+AI"),
        "a b+00000000+AYUxC0M6qZM4sRv3WUQhqBPtMuPCA0e0bbArrA+ZlKQ/",
    ],
)  # fmt: skip
def test_a_mistyped_key_is_refused(vkey):
    with pytest.raises(ProofError, match="no verification key"):
        Verifier.of(vkey)


def test_a_text_that_could_not_be_read_again_is_not_signed():
    for text in ("no line break", "a\tb\n", "a\x00\n"):
        with pytest.raises(ValueError, match="line break"):
            notes.sign(text, [SIGNER])


@given(
    st.text(st.characters(min_codepoint=32, codec="utf-8", exclude_characters="\x7f"), max_size=80)
)
def test_any_text_without_controls_is_signed_and_opened(line):
    text = f"{line}\n\n{line}\n"
    assert notes.opened(notes.sign(text, [SIGNER]), [VERIFIER]) == text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2"), ("index 3", "index 03"),
        ("index 3\n", ""), ("index 3", "index 4"), ("extra eyJ", "extra eyJ!"),
        ("/KifV", "KifV"), ("/KifV", "/KifW"), ("\n\nconsent", "\nconsent"),
    ],
)  # fmt: skip
def test_a_proof_with_one_mistake_does_not_hold(old, new):
    given = VECTORS["receipts"][0]
    assert old in given["proof"]
    with pytest.raises(ProofError):
        proof = proofs.parse(given["proof"].replace(old, new, 1))
        proofs.check(proof, given["leaf"].encode(), [VERIFIER])


def test_a_proof_of_too_many_hashes_is_refused():
    line = base64.b64encode(b"\0" * 32).decode() + "\n"
    text = f"c2sp.org/tlog-proof@v1\nindex 3\n{line * 64}\n{NOTE}"
    with pytest.raises(ProofError):
        proofs.parse(text)
