"""Clients that never finish their request hold up nobody behind the shipped proxy (R15)."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from consent import migrate
from consent.db import Database
from tests.deploy.conftest import need
from tests.deploy.proxies import OWN, running
from tests.factories import ORIGIN, a_published_site
from tests.processes import Service

SLOW, THREADS = 50, 4
HALF = (
    f"POST /v1/sites/demo/records HTTP/1.1\r\nHost: {OWN}\r\nOrigin: {ORIGIN}\r\n"
    'Content-Type: text/plain\r\nContent-Length: 500\r\n\r\n{"ev'
).encode()


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """The real service with few threads, so that a handful of slow clients would use them up."""
    database = Database(f"sqlite:///{tmp_path / 'consent.db'}")
    migrate.upgrade(database)
    with database.transaction() as session:
        a_published_site(session)
    database.close()
    made = Service(database.url, tmp_path, CONSENT_THREADS=str(THREADS))
    made.start()
    yield made
    made.stop()


def test_half_sent_requests_wait_in_the_proxy(service: Service, open_folder: Path) -> None:
    need("nginx")
    with running("nginx", open_folder, service.port) as wire, ExitStack() as held:
        for _ in range(SLOW):
            held.enter_context(wire.connect(OWN)).sendall(HALF)
        answers = [wire.ask(OWN, "/v1/sites/demo/notice") for _ in range(20)]
        assert [answer.status for answer in answers] == [200] * 20
        assert wire.ask(OWN, "/v1/sites/demo/loader.js").status == 200
