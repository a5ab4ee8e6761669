"""Packs and receipts: every file by the manifest, the export and each receipt by themselves."""

import json
import shutil
import zipfile

import pytest

from consent.ledger import canonical, notes
from consent.verification import verify_log
from consent.verification.verify_log import NotHeldError
from tests.verification.logbook import ORIGIN, SIGNER, VKEY, a_book, b64, put, seal, written


@pytest.fixture(scope="module")
def book():
    return a_book(120, seed=4)


@pytest.fixture(scope="module")
def opened_row(book):
    return next(at for at, row in enumerate(book.rows) if row.kind == "consent" and not row.erased)


@pytest.fixture
def folder(book, opened_row, tmp_path):
    return book.pack(tmp_path / "pack", (0, 5, 64, 120), (opened_row,))


def zipped(folder):
    path = folder.parent / "pack.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, each.relative_to(folder).as_posix())
    return path


def failing(path, *keys) -> NotHeldError:
    with pytest.raises(NotHeldError) as caught:
        verify_log.check(path, list(keys), [])
    return caught.value


@pytest.mark.parametrize("form", [lambda folder: folder, zipped], ids=["folder", "zip"])
def test_a_pack_holds(folder, form):
    report = verify_log.check(form(folder), [VKEY], [])
    assert report.counts["older checkpoints"] == 4
    assert report.counts["receipts"] == 1
    assert any("5 files" in line for line in report.held)


@pytest.mark.parametrize("form", [lambda folder: folder, zipped], ids=["folder", "zip"])
def test_a_file_altered_added_or_missing_is_named(folder, form):
    put(folder / "README.txt", b"Other.\n")
    assert "README.txt" in str(failing(form(folder)))
    seal(folder)
    put(folder / "more.txt", b"-")
    assert "more.txt" in str(failing(form(folder)))
    (folder / "more.txt").unlink()
    (folder / "README.txt").unlink()
    assert "README.txt" in str(failing(form(folder)))


def test_a_manifest_made_anew_does_not_hide_what_the_ledger_tells(folder, book):
    lines = book.lines()
    put(folder / "ledger.ndjson", written([*lines[:30], *lines[31:]]))
    assert failing(seal(folder)).rows == [29]
    put(folder / "ledger.ndjson", written(lines))
    put(folder / "checkpoints.jsonl", written([{"note": a_book(64, seed=8).note()}]))
    found = failing(seal(folder))
    assert (found.check, found.rows) == (6, [0, 63])


def test_a_receipt_in_a_pack_that_does_not_hold_is_named(folder, book, opened_row):
    name = f"receipts/{opened_row}.tlog-proof"
    put(folder / name, book.proof(opened_row, payload="{}").encode())
    assert name in str(failing(seal(folder)))


def test_a_pack_of_one_person_holds_without_the_ledger(folder):
    (folder / "ledger.ndjson").unlink()
    report = verify_log.check(seal(folder), [], [])
    assert report.counts == {"receipts": 1}
    assert any("came from the file itself" in line for line in report.unproved)


def test_a_pack_that_is_cut_short_is_refused(folder):
    path = zipped(folder)
    path.write_bytes(path.read_bytes()[:-100])
    assert failing(path, VKEY)
    shutil.rmtree(folder / "receipts")
    (folder / "manifest.json").write_text("{}")
    assert failing(folder)


def test_damage_anywhere_in_a_compressed_pack_is_a_sentence(folder):
    path = folder.parent / "small.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in sorted(folder.rglob("*")):
            archive.write(each, each.relative_to(folder).as_posix())
    data, found = path.read_bytes(), 0
    for at in range(100, len(data), len(data) // 40):
        path.write_bytes(data[:at] + bytes([data[at] ^ 255]) + data[at + 1 :])
        try:
            verify_log.check(path, [VKEY], [])
        except NotHeldError:
            found += 1
    # A byte of a date or a permission in the archive's directory changes nothing that is read.
    assert found >= 35


def receipt_json(book, at, **changes):
    row = book.rows[at]
    proof = book.proof(at).split("\n")
    del proof[1]
    document = {"@id": "urn:uuid:1#receipt", "dct:identifier": "1"}
    name = f"{ORIGIN}/receipt"
    digest = canonical.digest(canonical.dump(document))
    evidence = {"leaf": row.leaf.decode(), "leaf_hash": b64(book.hashes()[at]),
                "payload": row.payload, "salt": b64(row.salt),
                "proof": "\n".join(proof)}  # fmt: skip
    note = notes.sign(f"{name}\n{digest}\n", [notes.Signer(name, SIGNER.seed)])
    return {**document, "consent:words": note, "consent:evidence": {**evidence, **changes}}


def test_both_forms_of_a_receipt_hold(book, opened_row, tmp_path):
    put(tmp_path / "a", book.proof(opened_row).encode())
    put(tmp_path / "b", json.dumps(receipt_json(book, opened_row)).encode())
    for name in "ab":
        report = verify_log.check(tmp_path / name, [VKEY], [])
        assert report.held == [f"row {opened_row} of 120 in {ORIGIN} is this consent leaf"]
        assert not any("nobody signed" in line for line in report.unproved)


def test_a_receipt_with_its_words_or_its_evidence_changed_fails(book, opened_row, tmp_path):
    whole = receipt_json(book, opened_row)
    for changed in (
        {**whole, "dct:identifier": "2"},
        receipt_json(book, opened_row, payload="{}"),
        receipt_json(book, opened_row, leaf=book.rows[opened_row + 1].leaf.decode()),
        receipt_json(book, opened_row, leaf_hash=b64(b"x" * 32)),
        receipt_json(book, opened_row, proof=None),
    ):
        put(tmp_path / "r", json.dumps(changed).encode())
        assert failing(tmp_path / "r", VKEY)


def test_any_character_of_a_receipt_that_is_changed_is_found(book, opened_row, tmp_path):
    text = book.proof(opened_row)
    put(tmp_path / "r", text.encode())
    for at in range(0, len(text), 7):
        new = "A" if text[at] != "A" else "B"
        put(tmp_path / "r", (text[:at] + new + text[at + 1 :]).encode())
        assert failing(tmp_path / "r", VKEY), text[at - 10 : at + 10]
