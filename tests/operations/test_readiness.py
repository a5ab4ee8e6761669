"""`/readyz` in front of a database that hangs: an answer all the same, and soon."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.engine import make_url

from consent import create_app
from consent.db import Database
from consent.storage.sqlite import library
from tests.operations.tunnel import Tunnel

# Half of what a writer of SQLite waits for another, and much more than the limit.
PATIENCE = 3.0


@pytest.fixture
def hang(database: Database, settings) -> Iterator[tuple[FlaskClient, Callable, Callable]]:
    """Give a client, a way to make its database hang, and a way to mend it."""
    if database.engine.dialect.name == "sqlite":
        app = create_app(settings, database)
        # The same library: of two in one process neither would see the other's lock.
        blocker = library().connect(
            database.engine.url.database, isolation_level=None, check_same_thread=False
        )
        yield (
            app.test_client(),
            lambda: blocker.execute("BEGIN IMMEDIATE"),
            lambda: blocker.execute("ROLLBACK"),
        )
        blocker.close()
        return
    with Tunnel(make_url(database.url).port or 5432) as tunnel:
        url = make_url(database.url).set(host="127.0.0.1", port=tunnel.port)
        through = Database(url.render_as_string(hide_password=False))
        app = create_app(replace(settings, database_url=through.url), through)
        yield app.test_client(), tunnel.swallow, tunnel.heal
        through.close()


def within(client: FlaskClient, path: str) -> tuple[int, dict]:
    """Ask in another thread; fail when there is no answer in time."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(client.get, path).result(PATIENCE)
    return answer.status_code, answer.json or {}


def until(client: FlaskClient, status: int) -> dict:
    """Ask until the answer has a status."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        answer = client.get("/readyz")
        if answer.status_code == status:
            return answer.json
        time.sleep(0.05)
    raise AssertionError(f"it never answered {status}")


def test_a_database_that_hangs_is_not_ready_and_is_ready_again_when_it_answers(hang):
    client, stop, go_on = hang
    until(client, 200)
    stop()
    try:
        # the look of a moment ago is remembered for a second
        found = until(client, 503)
        assert "no answer within" in found["database"]
        assert within(client, "/readyz")[0] == 503
        assert within(client, "/healthz") == (200, {"status": "ok"})
        metrics = client.get("/metrics")
        assert metrics.status_code == 200
        assert b"consent_ready 0.0" in metrics.data
        assert b"consent_queue_leaves " not in metrics.data
    finally:
        go_on()
    assert until(client, 200)["database"] == "ok"


def test_while_it_hangs_many_probes_wait_in_one_thread(hang):
    client, stop, go_on = hang
    until(client, 200)
    stop()
    try:
        until(client, 503)
        for _ in range(20):
            assert client.get("/readyz").status_code == 503
        looking = [each for each in threading.enumerate() if each.name == "readiness"]
        assert len(looking) <= 1
    finally:
        go_on()
    until(client, 200)


def test_a_thousand_probes_in_a_second_cost_one_write(database, settings):
    client = create_app(settings, database).test_client()
    client.get("/readyz")
    written = []

    def note(_connection, _cursor, statement, *_rest: object) -> None:
        if statement.lstrip().startswith(("UPDATE", "INSERT")):
            written.append(statement)

    event.listen(database.engine, "after_cursor_execute", note)
    began = time.monotonic()
    for _ in range(50):
        client.get("/readyz")
    assert len(written) <= time.monotonic() - began + 1


def test_the_log_says_once_why_it_is_not_ready_and_when_it_is_again(hang, told):
    client, stop, go_on = hang
    until(client, 200)
    stop()
    with contextlib.ExitStack() as stack:
        stack.callback(go_on)
        until(client, 503)
        client.get("/readyz")
    until(client, 200)
    events = told()
    said = [line["event"] for line in events if line["logger"].endswith("readiness")]
    assert len(said) == 2
    assert not [line for line in events if line["event"] == "request" and line["level"] != "debug"]
    assert said[0].startswith("Not ready: no answer within")
    assert said[1] == "Ready again"
