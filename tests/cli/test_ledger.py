"""`consent ledger`: what an operator does with the logs, from the command line."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import select

from consent import ledger, sites
from consent.config import Settings
from consent.db import Database
from consent.ledger import notes, tiles, tree
from consent.ledger.models import Log
from tests.factories import a_published_site
from tests.ledger.test_sequence import queue

URL = "https://consent.example"


class Shell:
    """A migrated installation in a folder, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.env = {
            **{key: value for key, value in os.environ.items() if not key.startswith("CONSENT_")},
            "CONSENT_PUBLIC_URL": URL,
            "CONSENT_STATE_DIR": str(folder),
            "CONSENT_DATABASE_URL": f"sqlite:///{folder}/consent.db",
        }
        self("init")
        self.database = Database(self.env["CONSENT_DATABASE_URL"])
        with self.database.transaction() as session:
            site = a_published_site(session).site
            self.log_id = ledger.log_id_of(session, site.id)

    def __call__(self, *words: str, status: int = 0, **env: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "consent", *words],
            env={**self.env, **env},
            check=False,
            capture_output=True,
            text=True,
            timeout=120,
        )
        assert done.returncode == status, (done.stdout, done.stderr)
        return done.stdout + done.stderr

    def published(self):
        with self.database.reading() as session:
            return ledger.published(session, self.log_id)

    def keys(self) -> list[str]:
        with self.database.reading() as session:
            found = ledger.signing_keys(session, self.log_id, "consent.example/log/demo", ())
        return [each.vkey for each in found]


@pytest.fixture
def shell(tmp_path):
    made = Shell(tmp_path)
    yield made
    made.database.close()


def test_sequence_places_and_shows_what_waits_and_status_says_so(shell):
    queue(shell.database, shell.log_id, 5)
    assert "6 leaves were placed" in shell("ledger", "sequence")
    said = shell("ledger", "status")
    assert "consent.example/log/demo: 6 leaves public" in said
    assert shell.keys()[0] in said
    assert "About 0 leaves wait" in said


def test_a_log_as_files_is_whole_and_grows_by_what_is_new(shell, tmp_path):
    queue(shell.database, shell.log_id, 600)
    assert "Nothing of this log is public yet" in shell(
        "ledger", "export-tiles", str(tmp_path / "early"), "--site", "demo", status=1
    )
    shell("ledger", "sequence")
    folder = tmp_path / "log"
    shell("ledger", "export-tiles", str(folder), "--site", "demo")
    check(folder)
    first = {path: path.read_bytes() for path in folder.rglob("tile/**/*") if path.is_file()}
    queue(shell.database, shell.log_id, 300)
    shell("ledger", "sequence")
    said = shell("ledger", "export-tiles", str(folder), "--site", "demo")
    assert "5 of 9 files are new" in said
    assert check(folder) == 901
    assert all(path.read_bytes() == body for path, body in first.items())
    assert "There is no such site" in shell(
        "ledger", "export-tiles", str(folder), "--site", "nobody", status=1
    )


def check(folder: Path) -> int:
    """Hold a folder against its own checkpoint, tiles and leaves; return the size."""
    document = json.loads((folder / "keys.json").read_bytes())
    verifiers = [notes.Verifier.of(each["vkey"]) for each in document["keys"]]
    found = notes.checkpoint(notes.opened((folder / "checkpoint").read_text(), verifiers))
    edge = tree.Edge()
    for each in tiles.of_size(found.size):
        body = (folder / each.path).read_bytes()
        assert len(body) == each.width * 32
        if each.level == 0:
            bundle = (folder / tiles.Tile(None, each.number, each.width).path).read_bytes()
            for leaf in tiles.leaves(bundle):
                edge.add(ledger.leaf_hash(leaf))
    assert (edge.size, edge.root()) == (found.size, found.root)
    return found.size


def test_a_rotated_key_signs_beside_the_old_one(shell):
    shell("ledger", "sequence")
    [old] = shell.keys()
    said = shell("ledger", "rotate-key")
    assert "keep a copy of it" in said
    assert (shell.folder / "ledger_key").stat().st_mode & 0o777 == 0o600
    assert len((shell.folder / "ledger_key").read_text().split(",")) == 2
    assert shell.keys()[0] == old
    [_, new] = shell.keys()
    queue(shell.database, shell.log_id, 1)
    shell("ledger", "sequence")
    for vkey in (old, new):
        assert notes.opened(shell.published().note, [notes.Verifier.of(vkey)])


def test_a_key_given_by_the_operator_is_not_rotated_behind_their_back(shell):
    said = shell("ledger", "rotate-key", status=1, CONSENT_LEDGER_KEY="A" * 43 + "=")
    assert "CONSENT_LEDGER_KEY is set" in said
    assert len((shell.folder / "ledger_key").read_text().split(",")) == 1


def test_after_a_theft_every_log_goes_on_under_a_new_name_and_key(shell):
    shell("ledger", "sequence")
    [old] = shell.keys()
    said = shell("ledger", "rotate-key", "--stolen", "--yes")
    assert "goes on as consent.example/log/demo/e2" in said
    assert len((shell.folder / "ledger_key").read_text().split(",")) == 1
    with shell.database.reading() as session:
        current = session.scalars(select(Log.id).where(Log.site_id.is_not(None))).one()
        [first, second] = ledger.epochs(session, current)
        assert not first.is_current
        note = ledger.published(session, second.log_id).note
        [key] = ledger.signing_keys(session, second.log_id, second.origin, ())
    assert key.vkey.rpartition("+")[2] != old.rpartition("+")[2]
    assert notes.opened(note, [notes.Verifier.of(key.vkey)])


def test_an_older_database_goes_on_in_a_new_epoch(shell):
    queue(shell.database, shell.log_id, 5)
    shell("ledger", "sequence")
    assert "goes on by itself" in shell("ledger", "epoch", "--site", "demo", "--yes", status=1)
    settings = Settings(public_url=URL, state_dir=str(shell.folder), ledger_key="A" * 43 + "=")
    origin = "consent.example/log/demo"
    later = notes.Checkpoint(origin, 99, b"\1" * 32).text
    signed = notes.sign(later, [notes.Signer(origin, settings.ledger_seeds[0])])
    ledger.Marks(shell.folder).keep(origin, signed)
    queue(shell.database, shell.log_id, 1)
    assert "begin anew and say so" in shell("ledger", "sequence", status=1)
    said = shell("ledger", "epoch", "--site", "demo", "--yes")
    assert f"{origin} ends at 6 leaves and goes on as {origin}/e2" in said
    assert "93 leaves that were signed are lost; 1 moved" in said
    assert f"{origin}/e2: 2 leaves public" in shell("ledger", "status")


def test_what_is_done_at_the_command_line_is_in_the_log_of_its_site(shell, tmp_path):
    shell("site", "create", "bakery", "--name", "Bakery", "--origin", "https://bakery.example")
    notice = tmp_path / "notice.json"
    notice.write_text(shell("notice", "export", "--site", "bakery"))
    shell("notice", "import", str(notice), "--site", "bakery")
    shell("ledger", "sequence")
    with shell.database.reading() as session:
        log_id = ledger.log_id_of(session, sites.find(session, "bakery").id)
        said = [
            json.loads(row.payload) for row in ledger.rows_of(session, log_id, ledger.Kind.STAFF)
        ]
    assert [each["verb"] for each in said] == ["site.create", "notice.draft"]
    assert said[0]["facts"]["version"] == 1
