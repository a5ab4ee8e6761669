"""`consent demo`: the whole product in small on this machine; what `make run` starts."""

import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from socketserver import ThreadingMixIn
from types import FrameType
from urllib.parse import urlsplit
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import click

from consent import migrate, notices
from consent.cli.context import opened
from consent.demo import seed
from consent.demo.shop import shop

SECONDS_TO_START = 120.0


@click.command("demo")
@click.option("--shop-port", default=8001, show_default=True, help="Port of the demo shop.")
def command(shop_port: int) -> None:
    """Serve the service, its worker and a demo shop until Ctrl-C."""
    settings, database = opened(migrated=False)
    migrate.upgrade(database)
    with database.transaction() as session:
        site, version, _ = seed.seed(session, settings.public_url)
        cookies = len(notices.read(version).cookies)
        password = seed.admin(session)
    database.close()

    server = _shop(settings.public_url, site.key, shop_port)
    children = [_child("serve"), _child("worker")]
    stopped = threading.Event()
    _end_on_signal(stopped.set)
    try:
        if _wait_until_ready(settings.public_url, children, stopped):
            _print_addresses(settings.public_url, site.name, shop_port, cookies)
            _print_login(settings.public_url, password)
        while not stopped.wait(0.5):
            if any(child.poll() is not None for child in children):
                raise click.ClickException("A part of the service ended; the log above says why.")
    finally:
        server.shutdown()
        for child in children:
            child.terminate()
        for child in children:
            child.wait()


class _ShopServer(ThreadingMixIn, WSGIServer):
    """Many visitors at once; the threads end with the process."""

    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    """No line a request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _shop(service_url: str, site_key: str, port: int) -> WSGIServer:
    try:
        server = make_server("127.0.0.1", port, shop(service_url, site_key), _ShopServer, _Quiet)
    except OSError as error:
        raise click.ClickException(
            f"Port {port} is taken ({error.strerror}): end what uses it, or choose --shop-port."
        ) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server


def _child(name: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "consent", name])  # noqa: S603 - ourselves


def _end_on_signal(end: Callable[[], None]) -> None:
    def handle(_number: int, _frame: FrameType | None) -> None:
        end()

    signal.signal(signal.SIGINT, handle)
    signal.signal(signal.SIGTERM, handle)


def _wait_until_ready(
    url: str, children: list[subprocess.Popen[bytes]], stopped: threading.Event
) -> bool:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and not stopped.is_set():
        if any(child.poll() is not None for child in children):
            return False
        try:
            with urllib.request.urlopen(f"{url}/readyz", timeout=2):  # noqa: S310 - our own
                return True
        except (urllib.error.URLError, OSError):
            stopped.wait(0.1)
    return False


def _print_addresses(url: str, name: str, shop_port: int, cookies: int) -> None:
    host = urlsplit(url).hostname
    click.echo()
    click.echo(f"  Demo shop          http://{host}:{shop_port}/   ({name}, {cookies} cookies)")
    click.echo(f"  Preference center  {url}/privacy/{seed.KEY}")
    click.echo(f"  Check a receipt    {url}/verify")
    click.echo(f"  Evidence log       {url}/log/{seed.KEY}/checkpoint")
    click.echo(f"  API description    {url}/api/")


def _print_login(url: str, password: str | None) -> None:
    click.echo(f"  Console            {url}/console/   as {seed.ADMIN}")
    if password:
        click.echo(f"                     with this password, which works once: {password}")
    else:
        click.echo("                     with the password that was chosen there")
    click.echo()
    command = Path(sys.argv[0])
    click.echo(f"  Records so far:    {command} export --site demo --output demo.csv")
    click.echo(f"  Verify the log:    {command} verify {url}/log/{seed.KEY}")
    click.echo("  Ctrl-C ends all of it.")
    sys.stdout.flush()
