"""Looking at a version: in a real browser, and what is said where none is or it gives no answer."""

import os
import signal
import struct
import subprocess
import sys
import time
from pathlib import Path

import pytest

from consent import notices, snippet
from consent.snippet import Core
from tests.journeys.conftest import chromium

CORE = Core("L(", "C", "P", "M(")
# The room's verb has the module's name.
PORTRAY = sys.modules["consent.snippet.portray"]
SAYS_NOTHING = "#!/bin/sh\necho $$ > {told}\nexec sleep 300\n"


def a_program(folder: Path, text: str) -> tuple[str, Path]:
    """Make an executable, and name the file in which it tells its process id."""
    told, program = folder / "told", folder / "program"
    program.write_text(text.format(told=told))
    program.chmod(0o755)
    return str(program), told


def is_over(told: Path) -> bool:
    """Say whether the process that told its id ends: a driver gives its browser 30 s."""
    stat = Path(f"/proc/{told.read_text().strip()}/stat")
    for _ in range(900):
        # What waits for nobody but init is over too.
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.1)
    return False


def test_where_it_is_switched_off_a_plain_word_says_so(session, demo):
    sitting = snippet.sitting(session, demo.version, CORE)
    found = snippet.portray(sitting, "off")
    assert (found.outcome, found.pictures) == ("No pictures: they are switched off.", {})


def test_without_a_browser_a_plain_word_says_so(session, demo, monkeypatch):
    monkeypatch.setenv("PATH", "")
    sitting = snippet.sitting(session, demo.version, CORE)
    assert snippet.portray(sitting).outcome == "No pictures: no browser is installed."


def test_all_that_the_page_loads_lies_at_hand(session, demo):
    sitting = snippet.sitting(session, demo.version, CORE)
    assert sitting.address == "https://shop.example/"
    assert sitting.loader in sitting.files
    assert b"https://consent.invalid/" in sitting.files[sitting.loader][1]
    assert notices.unpictured(session).version == 1


@pytest.mark.browser
def test_a_version_is_looked_at_on_a_desktop_and_on_a_phone(session, demo):
    sitting = snippet.sitting(session, demo.version, snippet.core())
    found = snippet.portray(sitting, chromium())
    assert (found.outcome, found.measured["findings"]) == (notices.TAKEN, [])
    sizes = {device: struct.unpack(">2I", png[16:24]) for device, png in found.pictures.items()}
    assert sizes == PORTRAY.SIZES
    for device in sizes:
        assert found.measured[device]["presses"] == {"accept-all": 1, "reject-all": 1}


@pytest.mark.browser
def test_a_browser_that_fails_is_told(session, demo, tmp_path):
    sitting = snippet.sitting(session, demo.version, CORE)
    program, _ = a_program(tmp_path, "#!/bin/sh\nexit 3\n")
    assert snippet.portray(sitting, program).outcome == "No pictures: the browser failed."


@pytest.mark.browser
def test_a_browser_that_says_nothing_is_ended(session, demo, tmp_path, monkeypatch):
    monkeypatch.setattr(PORTRAY, "MOST_SECONDS", 5.0)
    sitting = snippet.sitting(session, demo.version, CORE)
    program, _ = a_program(tmp_path, SAYS_NOTHING)
    assert snippet.portray(sitting, program).outcome == "No pictures: the browser took too long."


@pytest.mark.browser
def test_a_worker_ends_in_peace_while_a_browser_looks(tmp_path):
    program, told = a_program(tmp_path, SAYS_NOTHING)
    environ = {
        **os.environ,
        "CONSENT_DATABASE_URL": f"sqlite:///{tmp_path}/consent.db",
        "CONSENT_PUBLIC_URL": "http://127.0.0.1:8000",
        "CONSENT_STATE_DIR": str(tmp_path),
        "CONSENT_CHROMIUM": program,
    }
    consent = [sys.executable, "-m", "consent"]
    for words in (["upgrade"], ["seed"]):
        subprocess.run([*consent, *words], env=environ, check=True, capture_output=True)
    with subprocess.Popen([*consent, "worker"], env=environ, stderr=subprocess.DEVNULL) as worker:
        while not told.exists() and worker.poll() is None:
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(60) == 0
    assert is_over(told)
