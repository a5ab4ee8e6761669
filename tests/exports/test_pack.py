"""A pack explains a log, proves it, and is whole: every file named, every number adds up."""

import base64
import csv
import hashlib
import io
import json
import re
import zipfile

import pytest

from consent import ledger
from tests.exports.evidence import (
    VERIFIER,
    at,
    decided,
    ledger_of,
    pack_of,
    placed,
    three_days,
    verified,
)

DAY = ("2026-11-21T00:00:00", "2026-11-22T00:00:00")


@pytest.fixture
def made(database, settings, demo):
    return three_days(database, settings, demo)


@pytest.fixture
def pack(database, settings, demo, made) -> zipfile.ZipFile:
    return pack_of(database, settings, demo)


def text(pack: zipfile.ZipFile, path: str) -> str:
    return pack.read(path).decode()


def table(pack: zipfile.ZipFile) -> list[dict[str, str]]:
    """Return the rows without the apostrophe that keeps a hash such as `+EJ...` a text."""
    rows = csv.DictReader(io.StringIO(text(pack, "records.csv")))
    return [{name: cell.removeprefix("'") for name, cell in row.items()} for row in rows]


def words(pack: zipfile.ZipFile, path: str = "index.html") -> str:
    """Return what a page says, without its tags and style."""
    body = text(pack, path).partition("<body>")[2]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", body))


def unpacked(pack: zipfile.ZipFile, folder):
    pack.extractall(folder)
    return folder


def test_the_manifest_names_every_other_file_with_its_hash(pack):
    manifest = json.loads(text(pack, "manifest.json"))
    assert manifest["format"] == "consent-pack@v1"
    assert (manifest["site"], manifest["scope"]) == ("demo", {"kind": "all"})
    names = [name for name in pack.namelist() if name != "manifest.json"]
    assert sorted(names) == list(manifest["files"])
    for name in names:
        digest = base64.b64encode(hashlib.sha256(pack.read(name)).digest()).decode()
        assert manifest["files"][name] == f"sha256-{digest}", name


def test_it_holds_the_files_that_were_agreed(pack):
    assert {
        "index.html", "README.txt", "verify_log.py", "manifest.json", "keys.json", "ledger.ndjson",
        "records.csv", "notices/1.json", "notices/1.html", "staff.jsonl", "checkpoints.jsonl",
    } == set(pack.namelist())  # fmt: skip


def test_the_same_state_gives_the_same_bytes(database, settings, demo, made):
    first, second = (pack_of(database, settings, demo) for _ in range(2))
    assert first.fp.getvalue() == second.fp.getvalue()
    assert {info.date_time for info in first.infolist()} == {(2026, 11, 23, 8, 0, 0)}


def test_the_log_in_it_is_the_ledger_export_and_the_verifier_is_ours(
    database, settings, demo, pack
):
    lines = [json.loads(line) for line in text(pack, "ledger.ndjson").splitlines()]
    assert lines == ledger_of(database, settings, demo)
    assert pack.read("verify_log.py") == VERIFIER.read_bytes()


def test_every_record_has_its_leaf_in_the_log_and_the_erased_one_is_gone(pack, made):
    records = {row["record_id"]: row["leaf_hash"] for row in table(pack)}
    assert records.keys() == {str(each.id) for each in made} - {str(made[5].id)}
    leaves = [json.loads(line) for line in text(pack, "ledger.ndjson").splitlines()[1:]]
    hashes = {
        base64.b64encode(ledger.leaf_hash(base64.b64decode(row["leaf"]))).decode() for row in leaves
    }
    assert set(records.values()) <= hashes
    assert str(made[5].id) not in text(pack, "ledger.ndjson")


def test_the_notice_is_the_document_whose_digest_stands_in_the_records(pack):
    digest = base64.b64encode(hashlib.sha256(pack.read("notices/1.json")).digest()).decode()
    assert {row["notice_digest"] for row in table(pack)} == {f"sha256-{digest}"}
    said = words(pack, "notices/1.html")
    assert "Accept all" in said
    assert "Metrics Ltd" in said
    assert "Counts visits." in said


def test_what_staff_did_stands_there_to_read(pack):
    (act,) = [json.loads(line) for line in text(pack, "staff.jsonl").splitlines()]
    assert (act["i"], act["verb"], act["facts"]) == (9, "notice.publish", {"version": 1})
    assert "notice.publish" in words(pack)


def test_the_first_page_adds_up(pack):
    said = words(pack)
    assert "there are exactly 15 leaves, all of them here." in said
    assert "Decisions in records.csv: 11. Leaves in the log here: 15." in said
    assert "decisions of visitors 12 11 1" in said
    assert "on a person&#39;s request (GDPR Article 17) 1 1" in said
    assert "2026-11 11 11" in said
    assert "functional 11 0 performance 11 0 targeting 0 11" in said
    assert "The table and the log differ" not in said


def test_a_reason_in_words_never_leaves(pack):
    assert "all records" in words(pack)  # the hold is told of
    for name in pack.namelist():
        assert b"Jane Roe" not in pack.read(name), name


def test_checkpoints_and_keys_are_those_of_the_log(pack):
    sizes = [json.loads(line)["size"] for line in text(pack, "checkpoints.jsonl").splitlines()]
    assert sizes == [5, 10, 15]
    keys = json.loads(text(pack, "keys.json"))
    header = json.loads(text(pack, "ledger.ndjson").partition("\n")[0])
    assert [key["vkey"] for key in keys["keys"]] == header["keys"]
    assert header["keys"][0] in text(pack, "README.txt")
    assert keys["origin"] == "consent.example/log/demo"


def test_a_period_has_just_its_records_and_says_why_the_log_has_more(
    database, settings, demo, made
):
    pack = pack_of(database, settings, demo, *DAY)
    assert [row["record_id"] for row in table(pack)] == [
        str(each.id) for each in made[4:8] if each is not made[5]
    ]
    assert json.loads(text(pack, "manifest.json"))["scope"] == {
        "kind": "period", "from": "2026-11-21T00:00:00.000Z", "to": "2026-11-22T00:00:00.000Z",
    }  # fmt: skip
    said = words(pack)
    assert "there are exactly 10 leaves" in said
    assert "Decisions in records.csv: 3. Leaves in the log here: 10." in said
    assert "and so are not in records.csv: 4." in said


def test_what_the_checkpoint_does_not_cover_is_left_out_and_counted(database, settings, demo, made):
    with at("2026-11-22T23:00:00Z"), database.transaction() as session:
        decided(session, demo)
    pack = pack_of(database, settings, demo)
    assert len(table(pack)) == 11
    assert "Decisions that are not in this pack: 1." in words(pack)


def test_a_table_that_differs_from_the_log_is_said_aloud(database, settings, demo, made):
    with database.transaction() as session:
        session.delete(session.merge(made[0]))
    said = words(pack_of(database, settings, demo))
    assert "The table and the log differ." in said
    assert "Open decisions that the log holds beyond those in records.csv: 1." in said


def test_a_name_with_markup_is_text_on_the_page(database, settings, demo, made):
    with database.transaction() as session:
        site = session.merge(demo.site)
        site.name = "<b>Bold & Sons</b>"
        session.flush()
        demo.site.name = site.name
    pack = pack_of(database, settings, demo)
    assert "&lt;b&gt;Bold &amp; Sons&lt;/b&gt;" in text(pack, "index.html")
    assert "<b>Bold" not in text(pack, "index.html") + text(pack, "notices/1.html")
    assert "<b>Bold & Sons</b>" in text(pack, "README.txt")


@pytest.mark.parametrize("period", [(), DAY], ids=["all", "period"])
def test_the_stand_alone_verifier_agrees_until_a_row_is_missing(
    database, settings, demo, made, tmp_path, period
):
    pack = pack_of(database, settings, demo, *period)
    (tmp_path / "pack.zip").write_bytes(pack.fp.getvalue())
    found = verified(tmp_path / "pack.zip")
    assert found.returncode == 0, found.stdout + found.stderr
    folder = unpacked(pack, tmp_path / "pack")
    assert verified(folder).returncode == 0
    lines = (folder / "ledger.ndjson").read_bytes().splitlines(keepends=True)
    (folder / "ledger.ndjson").write_bytes(b"".join(lines[:3] + lines[4:]))
    assert verified(folder).returncode == 1
    # The manifest would say so; without it the log alone does.
    assert verified(folder / "ledger.ndjson").returncode == 1


def test_a_site_without_decisions_has_a_whole_pack_too(database, settings, demo, tmp_path):
    placed(database, settings, demo)
    pack = pack_of(database, settings, demo)
    assert table(pack) == []
    (tmp_path / "pack.zip").write_bytes(pack.fp.getvalue())
    assert verified(tmp_path / "pack.zip").returncode == 0
