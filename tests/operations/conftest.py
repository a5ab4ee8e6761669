"""What these tests share: a served shop, its log as events, its metrics as samples."""

import json
import logging
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import structlog
from prometheus_client.parser import text_string_to_metric_families

from consent import logs
from consent.config import Settings
from consent.db import Database
from tests.durability.test_acknowledged import _send
from tests.factories import Demo, a_body, a_published_site
from tests.processes import Service


@dataclass
class Served:
    """A real `consent serve` with a published shop."""

    service: Service
    shop: Demo
    folder: Path

    def decide(self, **changes: Any) -> tuple[int, dict[str, Any]]:
        """Send a decision; return status and answer."""
        return _send(self.service, a_body(self.shop, **changes))

    def get(self, path: str, method: str = "GET", **headers: str) -> tuple[int, Any, str]:
        """Ask for an address; return status, headers and text, also of a refusal."""
        return self._ask(path, method, headers)

    def post(self, path: str, body: bytes, headers: dict[str, str]) -> tuple[int, Any, str]:
        """Send a body; return status, headers and text, also of a refusal."""
        return self._ask(path, "POST", headers, body)

    def _ask(
        self, path: str, method: str, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, Any, str]:
        asked = urllib.request.Request(self.service.url + path, body, headers, method=method)
        try:
            with urllib.request.urlopen(asked, timeout=20) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.headers, error.read().decode()

    def samples(self) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
        """Return all metrics as (name, labels) and value."""
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(self.get("/metrics")[2])
            for sample in family.samples
        }

    def log(self) -> list[dict[str, Any]]:
        """Return what was logged; every line is an event."""
        lines = (self.folder / "serve.log").read_text().splitlines()
        return [json.loads(line) for line in lines]


@pytest.fixture
def serve(database: Database, tmp_path: Path) -> Iterator[Callable[..., Served]]:
    """Give a function that starts the service on either database with further settings."""
    started = []

    def start(**settings: str) -> Served:
        with database.transaction() as session:
            shop = a_published_site(session)
        service = Service(settings.pop("database_url", database.url), tmp_path, **settings)
        started.append(service)
        service.start()
        return Served(service, shop, tmp_path)

    yield start
    for service in started:
        service.stop()


@pytest.fixture
def told(settings: Settings, capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[..., Any]]:
    """Log as the service does, and give a function that returns the events since it was asked."""
    root, ours = logging.getLogger(), logging.getLogger("consent")
    structlog.contextvars.clear_contextvars()
    before = (list(root.handlers), root.level, ours.level, sys.excepthook)
    logs.setup(replace(settings, log_format="json", log_level="debug"))

    def events(**changes: str) -> list[dict[str, Any]]:
        lines = capsys.readouterr().err.splitlines()
        if changes:
            logs.setup(replace(settings, **{"log_format": "json", **changes}))
        return [json.loads(line) for line in lines]

    yield events
    root.handlers[:], level, ours_level, sys.excepthook = before
    root.setLevel(level)
    ours.setLevel(ours_level)
