"""What these tests share: a log whose checkpoints are public, and a round of the worker."""

import base64
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

import pytest

from consent import anchors, clock, ledger, worker
from consent.anchors import Anchored, Memory
from consent.config import Settings
from consent.db import Database
from consent.ledger import notes
from consent.ledger.models import LogCheckpoint
from consent.sequencer import Sequencer
from tests.factories import Demo
from tests.ledger.test_sequence import queue


@dataclass
class ALog:
    """The log of the demo site, and the anchors of one process."""

    database: Database
    settings: Settings
    log_id: int
    memory: Memory = field(default_factory=Memory)

    def grow(self, count: int = 3) -> LogCheckpoint:
        """Add leaves and show a checkpoint of them."""
        queue(self.database, self.log_id, count)
        sequencer = Sequencer(self.database, self.settings)
        sequencer.place(self.log_id)
        sequencer.show(self.log_id)
        return self.newest()

    def newest(self) -> LogCheckpoint:
        with self.database.reading() as session:
            found = ledger.published(session, self.log_id)
        assert found is not None
        return found

    @property
    def origin(self) -> str:
        return self.newest().note.partition("\n")[0]

    @property
    def verifier(self) -> notes.Verifier:
        return ledger.verifier(self.origin, base64.b64decode(self.settings.ledger_key))

    def set(self, **changes: object) -> None:
        """Change settings, as an operator does between two starts."""
        self.settings = replace(self.settings, **changes)
        self.memory = Memory()

    def anchor(self) -> list[Anchored]:
        """Lay down what is due; what lies outside afterwards."""
        worker.anchor(self.database, self.settings, self.memory)
        return self.listed()

    def listed(self) -> list[Anchored]:
        with self.database.reading() as session:
            return anchors.listed(session, self.log_id)

    def work(self) -> anchors.Work:
        """What is due for the only target."""
        with self.database.reading() as session:
            (found,) = anchors.due(session, self.settings, clock.now())
        return found


@pytest.fixture
def log(database: Database, settings: Settings, demo: Demo) -> ALog:
    """A log with a public checkpoint of a few leaves."""
    with database.reading() as session:
        made = ALog(database, settings, ledger.log_id_of(session, demo.site.id))
    made.grow()
    return made


@pytest.fixture
def said(caplog: pytest.LogCaptureFixture) -> Iterator[Callable[[], list[tuple[str, str]]]]:
    """Give a function that returns level and sentence of what was told of anchors."""
    caplog.set_level(logging.DEBUG, "consent.anchors")

    def told() -> list[tuple[str, str]]:
        found = []
        for record in caplog.records:
            if record.name.startswith("consent.anchors"):
                event = record.msg["event"] if isinstance(record.msg, dict) else record.msg
                found.append((record.levelname.lower(), str(event)))
        caplog.clear()
        return found

    return told


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Give a function that moves the service's clock ahead."""
    real, ahead = clock.now, [clock.now() - clock.now()]
    monkeypatch.setattr(clock, "now", lambda: real() + ahead[0])

    def move(delta: object) -> None:
        ahead[0] += delta

    return move
