"""The manifest of an export: signed by the site's log, and good for just that file."""

import json

import pytest

from consent import ledger
from consent.verification import Asked, NotHeldError, check, unfit
from tests.exports.background import asked, filled, found, jobs_of


@pytest.fixture
def made(database, demo, settings, tmp_path):
    """Export, and put file and manifest side by side as somebody who downloads both does."""
    filled(database, demo)
    with database.transaction() as session:
        export = asked(session, demo, "csv")
    jobs_of(database, settings).step()
    done = found(database, export)
    folder = tmp_path / "downloads"
    folder.mkdir()
    file = folder / done.file_name
    file.write_bytes((tmp_path / "exports" / done.file_name).read_bytes())
    manifest = folder / f"{done.file_name}.manifest.json"
    manifest.write_text(done.manifest)
    return file, manifest


@pytest.fixture
def vkeys(settings) -> list[str]:
    (seed,) = settings.ledger_seeds
    return [ledger.verifier("consent.example/log/demo", seed).vkey]


def test_manifest_and_file_hold_together(made, vkeys):
    report = check(str(made[1]), Asked(vkeys))
    assert any("byte for byte" in line for line in report.held)
    assert report.counts["rows"] == 5


def test_without_the_file_that_is_said(made, vkeys):
    made[0].unlink()
    report = check(str(made[1]), Asked(vkeys))
    assert any(made[0].name in line for line in report.unproved)


def test_a_changed_file_does_not_hold(made, vkeys):
    made[0].write_bytes(made[0].read_bytes().replace(b"save", b"SAVE", 1))
    with pytest.raises(NotHeldError, match="not the file that was exported"):
        check(str(made[1]), Asked(vkeys))


@pytest.mark.parametrize("field", ["site", "kind", "made_at", "rows", "checkpoint", "file", "log"])
def test_each_changed_field_is_found(made, vkeys, field):
    said = json.loads(made[1].read_text())
    if field == "rows":
        said["rows"]["counted"] += 1
    elif field == "file":
        said["file"]["name"] = "other.csv"
    else:
        said[field] = "other"
    made[1].write_text(json.dumps(said))
    with pytest.raises(NotHeldError):
        check(str(made[1]), Asked(vkeys))


def test_another_key_and_no_key_are_told_apart(made):
    other = ledger.verifier("consent.example/log/demo", bytes(range(32))).vkey
    with pytest.raises(NotHeldError):
        check(str(made[1]), Asked([other]))
    assert "--vkey" in unfit(str(made[1]), [])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "consent-export@v1"}', "null"])
def test_what_is_no_manifest_is_told(tmp_path, vkeys, text):
    path = tmp_path / "x.manifest.json"
    path.write_text(text)
    with pytest.raises(NotHeldError, match="no manifest"):
        check(str(path), Asked(vkeys))
