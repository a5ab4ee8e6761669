"""The drill: a backup while a real server takes decisions, restored elsewhere, served again."""

import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import pytest
from sqlalchemy import select

from consent.db import Database
from consent.records.models import ConsentRecord
from tests.factories import ORIGIN, Demo, a_body
from tests.processes import Service

THREADS = 4
BEFORE = 100


class Visitors:
    """Threads that decide without a pause, and remember what was acknowledged when."""

    def __init__(self, service: Service, shop: Demo) -> None:
        self.answers: list[dict[str, Any]] = []
        self.others: list[int] = []
        self.slowest = 0.0
        self._stop = threading.Event()
        self._service = service
        self._shop = shop
        self._threads = [threading.Thread(target=self._decide) for _ in range(THREADS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        deadline = time.monotonic() + 60
        while len(self.answers) < BEFORE:
            assert time.monotonic() < deadline, f"only {len(self.answers)} decisions in 60 s"
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join()

    def _decide(self) -> None:
        while not self._stop.is_set():
            started = time.monotonic()
            status, answer = send(self._service, a_body(self._shop))
            self.slowest = max(self.slowest, time.monotonic() - started)
            if status == 201:
                self.answers.append(answer)
            else:
                self.others.append(status)


def send(service: Service, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    try:
        connection.request(
            "POST",
            "/v1/sites/demo/records",
            json.dumps(body),
            {"Content-Type": "text/plain", "Origin": ORIGIN},
        )
        response = connection.getresponse()
        return response.status, json.loads(response.read())
    finally:
        connection.close()


def history(service: Service, key: str) -> str:
    """Open a person's history with their key, as the hosted page does."""
    connection = http.client.HTTPConnection(urlsplit(service.url).netloc, timeout=30)
    try:
        connection.request("GET", "/privacy/demo/history")
        page = connection.getresponse().read().decode()
        token = re.search(r'name="token" value="([^"]+)"', page).group(1)
        connection.request(
            "POST",
            "/privacy/demo/history",
            urlencode({"token": token, "key": key}),
            {
                "Content-Type": "application/x-www-form-urlencoded",
                "Sec-Fetch-Site": "same-origin",
            },
        )
        return connection.getresponse().read().decode()
    finally:
        connection.close()


@pytest.fixture
def old(tools: None, database: Database, tmp_path: Path) -> Iterator[Service]:
    """The service that is backed up."""
    (tmp_path / "old").mkdir()
    made = Service(database.url, tmp_path / "old")
    yield made
    made.stop()


@pytest.fixture
def new(elsewhere: str, tmp_path: Path) -> Iterator[Service]:
    """The service on another machine that knows nothing yet."""
    (tmp_path / "new").mkdir()
    made = Service(elsewhere, tmp_path / "new")
    yield made
    made.stop()


def test_a_backup_under_load_holds_all_that_was_acknowledged_and_serves_again(
    old: Service, new: Service, demo: Demo, tmp_path: Path
) -> None:
    old.start()
    file = tmp_path / "backup.tar.gz"
    with Visitors(old, demo) as visitors:
        before = list(visitors.answers)
        old.command("backup", "--output", str(file), "--keys", "include")
        during = len(visitors.answers)
    assert during > len(before), "nobody decided while the backup was made"
    assert visitors.others == []
    old.stop()

    said = new.command("restore", str(file), "--yes")
    assert "counted again: the same" in said
    restored = Database(new.environ["CONSENT_DATABASE_URL"])
    with restored.reading() as session:
        stored = {str(key) for key in session.scalars(select(ConsentRecord.id))}
    restored.close()
    assert {answer["record_id"] for answer in before} <= stored
    assert stored <= {answer["record_id"] for answer in visitors.answers}

    new.start()  # waits for /readyz
    for answer in (before[0], before[-1]):
        key = answer["history_url"].partition("#key=")[2]
        assert f'data-record="{answer["record_id"]}"' in history(new, key)
    again = {**a_body(demo), "subject": before[0]["subject"]}
    status, answer = send(new, again)
    assert (status, answer["sequence"]) == (201, 1)
