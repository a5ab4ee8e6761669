"""`consent serve`: the web server."""

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer as Server

from consent.cli.context import opened
from consent.config import Settings

log = logging.getLogger(__name__)


@click.command("serve")
def command() -> None:
    """Serve visitors and programs at CONSENT_BIND."""
    settings, database = opened()
    for sentence in database.dialect.explain(database.engine):
        log.warning(sentence)
    database.close()
    log.info("Serving at http://%s for %s", settings.bind, settings.public_url)
    with _counting_together(settings.workers):
        server(settings).serve()


def server(settings: Settings) -> Server:
    """Return the server: each process has its own threads and its own writer."""
    return Server(
        "consent.wsgi:app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.workers,
        blocking_threads=settings.threads,
        # What waits here waits in the kernel's queue otherwise; threads are the budget.
        backpressure=settings.threads * 4,
        # Its warnings are about thread counts that are meant; ours say what matters.
        log_level=LogLevels.error,
        # It hands its lines on to ours, and its own access log stays off: it names addresses.
        log_dictconfig={"handlers": {}, "loggers": {"_granian": {"propagate": True}}},
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        # One told to end while it begins may not hear it; what it acknowledged is on the disk.
        workers_kill_timeout=10,
    )


@contextmanager
def _counting_together(workers: int) -> Iterator[None]:
    """Give several processes one new folder for their counts; one process counts in memory.

    Named before any process loads the metrics, which look for the name when they are loaded.
    """
    if workers == 1:
        yield
        return
    with tempfile.TemporaryDirectory(prefix="consent-metrics-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        yield
