"""`consent serve`: the web server."""

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer as Server

from consent.cli.context import opened
from consent.config import Settings


@click.command("serve")
def command() -> None:
    """Serve visitors and programs at CONSENT_BIND."""
    settings, database = opened()
    for sentence in database.dialect.explain(database.engine):
        click.echo(f"Warning: {sentence}", err=True)
    database.close()
    click.echo(f"Serving at http://{settings.bind} for {settings.public_url}", err=True)
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
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
    )
