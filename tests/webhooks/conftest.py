"""What these tests share: means to manage webhooks, a receiver that checks, a courier."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Checking

from consent import clock, webhooks
from consent.config import Settings
from consent.courier import Courier
from consent.db import Database
from consent.outgoing import Allowed, Opener
from consent.sealing import Sealer
from consent.sites import Site
from consent.webhooks import Event, Means, Webhook, WebhookDelivery, Wish
from tests.factories import Demo
from tests.outgoing.conftest import Asked, serving

ALL = tuple(each.value for each in Event if each is not Event.WEBHOOK_TEST)


@pytest.fixture
def means(settings: Settings) -> Means:
    """Let an administrator manage webhooks on loopback, too."""
    return Means(Allowed.of(["127.0.0.0/8"]), Sealer(settings.secret_keys), "m_ada")


@dataclass
class Receiver:
    """Takes messages, checks each by the standard's own library, answers as a test says."""

    secret: str = ""
    url: str = ""
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict)
    got: list[Asked] = field(default_factory=list)

    def __call__(self, asked: Asked) -> tuple[int, dict[str, str], bytes]:
        self.got.append(asked)
        Checking(self.secret).verify(asked.body, asked.headers)
        return self.status, self.headers, b""

    @property
    def ids(self) -> list[str]:
        return [each.headers["webhook-id"] for each in self.got]

    @property
    def bodies(self) -> list[Any]:
        return [json.loads(each.body) for each in self.got]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Give a receiver on loopback."""
    with serving() as server:
        made = Receiver(url=f"{server.url}/hook?key=planted")
        server.answer = made
        yield made


def a_webhook(
    session: Session, site: Site, means: Means, url: str = "https://hooks.example/in", **more: Any
) -> tuple[Webhook, str]:
    """Add a webhook for every event."""
    return webhooks.add(session, site, Wish(url, **{"events": ALL, **more}), means)


@pytest.fixture
def hook(database: Database, demo: Demo, means: Means, receiver: Receiver) -> Webhook:
    """Add a webhook that leads to the receiver."""
    with database.transaction() as session:
        made, receiver.secret = a_webhook(session, demo.site, means, receiver.url)
    return made


@pytest.fixture
def courier(database: Database, settings: Settings, means: Means) -> Courier:
    """Give a courier that may go to loopback."""
    return Courier(database, settings, Opener(means.allowed))


def announce(database: Database, demo: Demo, count: int = 1) -> None:
    """Announce something."""
    with database.transaction() as session:
        for number in range(count):
            payload = {"version": number + 2}
            webhooks.announce(session, demo.site.id, Event.NOTICE_PUBLISHED, payload)


def rows(database: Database) -> list[WebhookDelivery]:
    """Return all messages, the oldest first."""
    with database.reading() as session:
        return list(session.scalars(select(WebhookDelivery).order_by(WebhookDelivery.id)))


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[timedelta], None]:
    """Give a function that moves the service's clock ahead."""
    real, ahead = clock.now, [timedelta(0)]
    monkeypatch.setattr(clock, "now", lambda: real() + ahead[0])

    def move(delta: timedelta) -> None:
        ahead[0] += delta

    return move
