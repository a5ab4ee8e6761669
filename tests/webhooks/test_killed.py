"""A worker killed between sending and writing down: the message comes again under the same id."""

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import timedelta

import pytest

from consent import clock
from consent.courier import Courier
from consent.outgoing import Opener
from consent.webhooks import LIMITS, State
from tests.outgoing.conftest import serving
from tests.webhooks.conftest import a_webhook, announce, rows

# Sends what is due as the worker does; the receiver ends it before the answer.
WORKER = """
import sys
from consent.config import Settings
from consent.courier import Courier
from consent.db import Database
from consent.outgoing import Allowed, Opener
settings = Settings(database_url=sys.argv[1], secret_keys=tuple(sys.argv[2].split(",")))
Courier(Database(settings.database_url), settings, Opener(Allowed.of(["127.0.0.1"]))).run_once()
"""


@pytest.fixture
def killer():
    """Give a receiver that kills whoever sends, once the whole message is there."""
    with serving() as server:
        arrived = threading.Event()
        running: list[subprocess.Popen] = []

        def answer(_asked):
            if not arrived.is_set():
                arrived.set()
                os.kill(running[0].pid, signal.SIGKILL)
                running[0].wait(30)
            return 200, {}, b""

        server.answer = answer
        yield server, running, arrived


def test_killed_after_sending_it_is_sent_again_with_the_same_id(
    database, settings, demo, means, killer, monkeypatch
):
    server, running, arrived = killer
    with database.transaction() as session:
        a_webhook(session, demo.site, means, f"{server.url}/in")
    announce(database, demo)
    keys = ",".join(settings.secret_keys)
    url = database.engine.url.render_as_string(hide_password=False)
    running.append(subprocess.Popen([sys.executable, "-c", WORKER, url, keys]))
    assert arrived.wait(60)
    assert running[0].wait(30) == -signal.SIGKILL
    (row,) = rows(database)
    assert (row.state, row.attempts) == (State.WAITING, 0), "nothing was written down"

    courier = Courier(database, settings, Opener(means.allowed))
    courier.run_once()
    assert len(server.asked) == 1, "as long as the lease lasts nobody else sends it"
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=2, seconds=1))
    courier.run_once()
    first, again = server.asked
    assert first.headers["webhook-id"] == again.headers["webhook-id"] == row.message_id
    assert first.body == again.body
    assert json.loads(again.body)["type"] == "notice.published"
    (row,) = rows(database)
    assert (row.state, row.attempts) == (State.DELIVERED, 1)


def test_a_lease_is_longer_than_a_request_may_take():
    assert timedelta(minutes=2) > 2 * timedelta(seconds=LIMITS.seconds_in_all)
