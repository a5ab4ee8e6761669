"""The real service in a process of its own, and demo shops in threads that embed its sites."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from sqlalchemy import select

from consent import migrate, notices, sites, snippet
from consent.db import Database
from consent.demo import seed
from consent.demo.shop import shop
from consent.notices import NoticeVersion
from consent.records.models import ConsentRecord
from consent.sites import Site
from tests.processes import Service

SEEDED = "127.0.0.1:8001"


@dataclass(frozen=True)
class Town:
    """A service, a shop that embeds one of its sites, and the database behind them."""

    service: Service
    database: Database
    shop: str
    site: Site
    version: NoticeVersion

    @property
    def vendors(self) -> str:
        """Return the origin that stands in for the companies."""
        return self.shop.replace("127.0.0.1", "localhost")

    @property
    def hosted(self) -> str:
        """Return the address of the hosted preference center."""
        return f"{self.service.url}/privacy/{self.site.key}"

    def records(self, after: int = 0) -> list[ConsentRecord]:
        """Return the site's records in the order of the log, those after an entry."""
        query = select(ConsentRecord).where(
            ConsentRecord.site_id == self.site.id, ConsentRecord.entry_id > after
        )
        with self.database.reading() as session:
            return list(session.scalars(query.order_by(ConsentRecord.entry_id)))

    def last_entry(self) -> int:
        """Return the log's last entry, 0 for none."""
        return max((record.entry_id for record in self.records()), default=0)


def demo_notice() -> dict[str, Any]:
    """Return the notice that the demo ships."""
    found: dict[str, Any] = json.loads(files("consent.demo").joinpath("notice.json").read_text())
    return found


@contextmanager
def running_town(database_url: str, folder: Path) -> Iterator[Town]:
    """Start a service on a new database, with the demo's site and its shop."""
    database = Database(database_url)
    migrate.upgrade(database)
    service = Service(database_url, folder)
    try:
        service.start()
        with town(service, database) as found:
            yield found
    finally:
        service.stop()
        database.close()


@contextmanager
def town(
    service: Service, database: Database, key: str = seed.KEY, notice: dict[str, Any] | None = None
) -> Iterator[Town]:
    """Publish a notice for a new site and open its shop."""
    with shop_of(service.url, key) as address:
        text = json.dumps(notice or demo_notice())
        document = json.loads(text.replace(SEEDED, address.partition("//")[2]))
        with database.transaction() as session:
            site = sites.create(session, key, seed.NAME, [address])
            notices.draft(session, site, document)
            version = notices.publish(session, site)
            snippet.release(session, site, version, snippet.core(), service.url)
        yield Town(service, database, address, site, version)


@contextmanager
def shop_of(service_url: str, key: str) -> Iterator[str]:
    """Open a shop on a free port; its address."""
    server = make_server("127.0.0.1", 0, shop(service_url, key), _Server, _Quiet)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Server(ThreadingMixIn, WSGIServer):
    """Many visitors at once."""

    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Say nothing when a browser hangs up."""


class _Quiet(WSGIRequestHandler):
    """No line a request."""

    def log_message(self, *_: object) -> None:
        """Say nothing."""
