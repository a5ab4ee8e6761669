"""What was acknowledged is there: exactly once under replays, and after `kill -9`."""

import http.client
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import func, select

from consent.db import Database
from consent.ledger.models import LogEntry, LogOpening
from consent.records.models import ConsentRecord, RecordedEvent, SubjectState
from tests.factories import ORIGIN, Demo, a_body
from tests.processes import Service

THREADS = 16


def test_replays_and_conflicts_from_many_threads_leave_one_record_an_event(
    service: Service, shop: Demo, database: Database
) -> None:
    bodies = [a_body(shop) for _ in range(750)]
    replays = random.Random(1).sample(bodies, 200)
    conflicts = [{**body, "layer": "center"} for body in random.Random(2).sample(bodies, 50)]
    service.start()

    first = _send_all(service, bodies)
    later = _send_all(service, [*replays, *conflicts])

    assert Counter(status for status, _ in first) == {201: 750}
    assert Counter(status for status, _ in later) == {200: 200, 409: 50}
    answers = {answer["record_id"]: answer for _, answer in first}
    for status, answer in later:
        if status == 200:
            assert answer == answers[answer["record_id"]]
    assert _counts(database) == {"records": 750, "leaves": 750, "events": 750, "states": 750}


def test_an_event_sent_many_times_at_once_is_recorded_once(
    service: Service, shop: Demo, database: Database
) -> None:
    body = a_body(shop)
    service.start()
    answers = _send_all(service, [body] * 100)
    assert Counter(status for status, _ in answers) == {201: 1, 200: 99}
    assert len({json.dumps(answer) for _, answer in answers}) == 1
    assert _counts(database)["records"] == 1


def test_every_acknowledged_decision_is_there_after_kill_9(
    service: Service, shop: Demo, database: Database
) -> None:
    service.start()
    acknowledged: list[str] = []
    for cycle in range(3):
        bodies = [a_body(shop) for _ in range(1000)]
        killer = threading.Timer(0.4 + 0.2 * cycle, service.kill)
        killer.start()
        acknowledged += [
            answer["record_id"] for status, answer in _send_all(service, bodies) if status == 201
        ]
        killer.join()
        service.start()

    assert acknowledged, "nothing was acknowledged before the kill"
    with database.reading() as session:
        stored = {str(key) for key in session.scalars(select(ConsentRecord.id))}
    assert set(acknowledged) <= stored
    counts = _counts(database)
    assert len(set(counts.values())) == 1, f"a transaction was torn apart: {counts}"


def _counts(database: Database) -> dict[str, int]:
    with database.reading() as session:
        consents = LogEntry.kind == "consent"
        opened = select(func.count()).select_from(LogEntry).where(consents)
        opened = opened.join(LogOpening, LogOpening.entry_id == LogEntry.id)
        return {
            "records": session.scalar(select(func.count()).select_from(ConsentRecord)) or 0,
            "leaves": session.scalar(opened) or 0,
            "events": session.scalar(select(func.count()).select_from(RecordedEvent)) or 0,
            "states": session.scalar(select(func.count()).select_from(SubjectState)) or 0,
        }


def _send_all(service: Service, bodies: list[dict[str, Any]]) -> list[tuple[int, dict[str, Any]]]:
    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(lambda body: _send(service, body), bodies))


def _send(service: Service, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Post one decision; 0 stands for no answer, which promises nothing."""
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
    except (OSError, http.client.HTTPException, ValueError):
        time.sleep(0.01)
        return 0, {}
    finally:
        connection.close()
