"""Whatever happened to a backup is noticed before anything is touched, and said by name."""

import gzip
import random
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from consent.config import Settings
from consent.db import Database
from consent.errors import BackupDamagedError, BackupError
from consent.storage import dialect
from tests.backups.rebuild import members, rebuilt, restored, with_manifest

NAMES = ("manifest.json", "manifest.sha256", "keys/secret_keys", "keys/ledger_key", "database")


@pytest.fixture
def refused(new_machine: Settings, tmp_path: Path) -> Callable[[Path], BackupDamagedError]:
    """Restore, see that it is refused and that the target is as before; give the error."""

    def refused(path: Path) -> BackupDamagedError:
        with pytest.raises(BackupDamagedError) as failed:
            restored(path, new_machine)
        dialect(new_machine.database_url).refuse_full(new_machine.database_url)
        assert not Path(new_machine.state_dir).exists()
        folder = tmp_path / "elsewhere"
        assert not folder.exists() or list(folder.iterdir()) == []
        return failed.value

    return refused


def unzipped(body: bytes) -> bytes | None:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        return None


def test_cut_short_at_any_place_is_noticed(backup, refused):
    whole = backup.read_bytes()
    places = [0, 1, len(whole) - 1, len(whole) - 8, len(whole) - 9]
    places += random.Random(20).sample(range(len(whole)), 20)
    cut = backup.with_name("cut.tar.gz")
    for place in places:
        cut.write_bytes(whole[:place])
        assert refused(cut).member, place


def test_one_flipped_bit_anywhere_in_the_file_is_noticed(backup, refused):
    whole = backup.read_bytes()
    altered = backup.with_name("altered.tar.gz")
    # The first ten bytes say who packed the file, and when: nothing of ours.
    for place in random.Random(21).sample(range(10, len(whole)), 40):
        body = bytearray(whole)
        body[place] ^= 1 << random.Random(place).randrange(8)
        if unzipped(bytes(body)) == gzip.decompress(whole):
            continue  # the few bits between two blocks, which stand for nothing
        altered.write_bytes(body)
        assert refused(altered).member, place


@pytest.mark.parametrize("name", NAMES)
def test_one_flipped_byte_in_a_member_that_was_packed_again_is_named(backup, refused, name):
    content = members(backup)
    name = next(each for each in content if each.startswith(name))
    for place in {0, len(content[name]) // 2, len(content[name]) - 1}:
        body = bytearray(content[name])
        body[place] ^= 1
        error = refused(rebuilt(backup, {**content, name: bytes(body)}))
        assert error.member == name.replace("manifest.sha256", "manifest.json")
        assert error.member in str(error)
        assert error.code == "backup_damaged"


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_member_is_named(backup, refused, name):
    content = members(backup)
    name = next(each for each in content if each.startswith(name))
    del content[name]
    assert refused(rebuilt(backup, content)).member == name


def test_a_member_that_nobody_listed_is_named(backup, refused):
    for name in ("more", "../../outside", "/etc/outside"):
        error = refused(rebuilt(backup, {**members(backup), name: b"x"}))
        assert error.member == name.lstrip("/") or error.member == name


def test_members_in_another_order_or_of_another_size_are_refused(backup, refused):
    content = members(backup)
    assert refused(rebuilt(backup, dict(reversed(content.items())))).member == "manifest.json"
    longer = {**content, "keys/ledger_key": content["keys/ledger_key"] + b"\n"}
    assert refused(rebuilt(backup, longer)).member == "keys/ledger_key"
    huge = {"manifest.json": b" " * (2 * 1024 * 1024), **content}
    huge["manifest.json"] = b" " * (2 * 1024 * 1024)
    assert refused(rebuilt(backup, huge)).member == "manifest.json"


def test_a_manifest_that_says_too_little_is_refused(backup, refused):
    for key in ("made_at", "product", "database", "keys", "members"):
        error = refused(with_manifest(backup, lambda manifest, key=key: manifest.pop(key)))
        assert (error.member, key in str(error)) == ("manifest.json", True)
    assert "members" in str(
        refused(with_manifest(backup, lambda manifest: manifest["members"][0].update(size=-1)))
    )
    refused(with_manifest(backup, lambda manifest: manifest["members"].pop()))


def test_what_a_later_release_adds_to_the_manifest_is_passed_over(backup, new_machine):
    restored(with_manifest(backup, lambda manifest: manifest.update(colour="blue")), new_machine)


def test_other_files_are_not_taken_for_backups(backup, refused, new_machine, tmp_path):
    for content in (b"", b"\x00" * 5000, b"PK\x03\x04" + b"x" * 900, b"SQLite format 3\x00"):
        (tmp_path / "other").write_bytes(content)
        refused(tmp_path / "other")
    other = with_manifest(backup, lambda manifest: manifest.update(format="consent-backup@v9"))
    with pytest.raises(BackupError, match="consent-backup@v1"):
        restored(other, new_machine)


def test_a_disk_too_small_is_said_before_it_is_full(backup, new_machine, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 1000})())
    with pytest.raises(BackupError, match="1,000 bytes free"):
        restored(backup, new_machine)


def test_the_restored_state_is_not_reached_by_a_broken_backup(backup, database: Database, refused):
    """A backup of which only the very last byte is missing leaves no row behind."""
    cut = backup.with_name("cut.tar.gz")
    cut.write_bytes(backup.read_bytes()[:-1])
    refused(cut)
    with database.reading() as session:
        assert session.connection() is not None
