"""A pack about one person holds their decisions with proofs, and no byte of anybody else."""

import base64
import csv
import io
import json
import re
import uuid
import zipfile

import pytest

from consent import exports, ledger
from consent.errors import NotFoundError
from consent.ledger import commitment, notes, proofs
from tests.exports.evidence import decided, order_of, person_pack, placed, verified

PAGE = "https://shop.example/page-of-"


@pytest.fixture
def people(database, settings, demo):
    """Alice decides three times, and so do forty others in between; the log is public."""
    made = {"alice": [], "others": []}
    with database.transaction() as session:
        for turn in range(3):
            subject = made["alice"][0].subject_id if made["alice"] else None
            made["alice"].append(decided(session, demo, subject, page=f"{PAGE}alice"))
            for number in range(14):
                made["others"].append(decided(session, demo, page=f"{PAGE}other-{turn}-{number}"))
    placed(database, settings, demo)
    return made


@pytest.fixture
def pack(database, settings, demo, people) -> zipfile.ZipFile:
    return person_pack(database, settings, demo, subject=people["alice"][0].subject_id)


def spellings(found: uuid.UUID) -> list[bytes]:
    return [str(found).encode(), found.hex.encode(), found.bytes]


def table(pack: zipfile.ZipFile) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pack.read("records.csv").decode())))


def test_no_byte_of_anybody_else_is_in_it(database, pack, people):
    everything = {name: pack.read(name) for name in pack.namelist()}
    canaries = []
    with database.reading() as session:
        for each in people["others"]:
            opening = next(ledger.rows(session, *_span(session, each.entry_id)))
            canaries += [
                each.subject_id.encode(), each.page.encode(), opening.leaf.encode(),
                base64.b64encode(opening.leaf.encode()), base64.b64encode(opening.salt),
                *spellings(each.id), *spellings(each.event_id),
            ]  # fmt: skip
    for name, data in everything.items():
        extras = re.findall(rb"^extra (\S+)$", data, re.MULTILINE)
        read = data + b"".join(base64.b64decode(each) for each in extras)
        assert not [each for each in canaries if each in read], name
    # The same look finds Alice, so it would find others.
    assert people["alice"][0].subject_id.encode() in everything["records.csv"]


def _span(session, entry_id: int) -> tuple[int, int, int]:
    log_id, index = ledger.place_of(session, entry_id)
    return log_id, index, index + 1


def test_there_is_a_proof_for_each_decision_and_it_holds(pack, people):
    keys = json.loads(pack.read("keys.json"))["keys"]
    known = [notes.Verifier.of(key["vkey"]) for key in keys]
    for record in people["alice"]:
        proof = proofs.parse(pack.read(f"receipts/{record.id}.tlog-proof").decode())
        extra = json.loads(proof.extra)
        leaf = base64.b64decode(extra["leaf"], validate=True)
        proofs.check(proof, leaf, known)
        salt, payload = base64.b64decode(extra["salt"]), extra["payload"].encode()
        kept = base64.b64decode(json.loads(leaf)["c"])
        assert commitment.commit("consent", payload, salt) == kept
        assert json.loads(payload)["record"] == str(record.id)


def test_it_holds_what_was_agreed_and_no_log(pack, people):
    receipts = {f"receipts/{each.id}.tlog-proof" for each in people["alice"]}
    assert set(pack.namelist()) == receipts | {
        "index.html", "summary.html", "README.txt", "verify_log.py", "manifest.json", "keys.json",
        "records.csv", "notices/1.json", "notices/1.html", "checkpoints.jsonl",
    }  # fmt: skip
    assert [row["record_id"] for row in table(pack)] == [str(each.id) for each in people["alice"]]
    assert json.loads(pack.read("manifest.json"))["scope"] == {
        "kind": "subject", "subject": people["alice"][0].subject_id,
    }  # fmt: skip


def test_the_summary_says_each_decision_in_words(pack, people):
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", pack.read("summary.html").decode()))
    for number, record in enumerate(people["alice"], 1):
        assert f"{number}. Chose one by one" in said
        assert str(record.id) in said
    assert "allowed" in said
    assert "refused" in said
    assert "Acme Ads consent refused for targeting; legitimate interest not objected to" in said
    assert "No proof can show that no later decision was made." in said


def test_one_record_alone(database, settings, demo, people):
    record = people["alice"][1]
    pack = person_pack(database, settings, demo, record=record.id)
    assert [row["record_id"] for row in table(pack)] == [str(record.id)]
    assert [name for name in pack.namelist() if name.startswith("receipts/")] == [
        f"receipts/{record.id}.tlog-proof"
    ]
    scope = json.loads(pack.read("manifest.json"))["scope"]
    assert scope == {"kind": "record", "record": str(record.id)}


def test_an_unknown_person_is_refused_and_so_is_one_of_another_site(
    database, settings, demo, people
):
    for which in ({"subject": "s_nobody"}, {"record": uuid.uuid4()}):
        with database.reading() as session, pytest.raises(NotFoundError, match="no record"):
            exports.pack.person.proved(session, order_of(settings, demo, **which))


def test_a_decision_that_is_not_public_yet_makes_the_export_begin_again(
    database, settings, demo, people
):
    subject = people["alice"][0].subject_id
    with database.transaction() as session:
        decided(session, demo, subject)
    with database.reading() as session:
        order = order_of(settings, demo, subject=subject)
        assert exports.pack.person.proved(session, order) is None
    placed(database, settings, demo)
    assert len(table(person_pack(database, settings, demo, subject=subject))) == 4


def test_the_stand_alone_verifier_agrees_until_a_proof_is_changed(pack, people, tmp_path):
    pack.extractall(tmp_path / "pack")
    found = verified(tmp_path / "pack")
    assert found.returncode == 0, found.stdout + found.stderr
    receipt = tmp_path / "pack" / "receipts" / f"{people['alice'][1].id}.tlog-proof"
    vkey = json.loads(pack.read("keys.json"))["keys"][0]["vkey"]
    assert verified(receipt, "--vkey", vkey).returncode == 0
    text = receipt.read_text()
    receipt.write_text(text.replace("index 16", "index 17"))
    assert receipt.read_text() != text
    assert verified(tmp_path / "pack").returncode == 1
