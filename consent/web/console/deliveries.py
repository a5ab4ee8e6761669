"""What was sent to a webhook: seen with its answer, tested, sent again."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint, Response, request, url_for

from consent import webhooks
from consent.sites import Site
from consent.staff import Ability
from consent.web import inputs
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, render, says
from consent.web.console.webhooks import BASE, EVENTS, host_of
from consent.web.console.words import N_, _
from consent.web.services import services
from consent.webhooks import Event, State, WebhookDelivery

door = Blueprint("console_deliveries", __name__)
A_PAGE = 50

STATES = {
    State.WAITING: N_("waits"),
    State.DELIVERED: N_("delivered"),
    State.DEAD: N_("nobody took it"),
}
says(
    {
        "webhook.tested": N_("A test message is on its way. Reload this page to see what came."),
        "webhook.replayed": N_("It is sent again, under its old id."),
        "webhook.none": N_("There was nothing to send again."),
    }
)


@dataclass(frozen=True)
class Message:
    """A message and what came of it."""

    id: str
    event: str
    body: str
    state: str
    is_waiting: bool
    is_dead: bool
    attempts: int
    said: str
    created_at: datetime
    tried_at: datetime | None
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class DeliveryList(ConsolePage):
    """What was sent to one address."""

    template: ClassVar[str] = "console/webhooks/deliveries.html"
    section: ClassVar[str] = "webhooks"
    id: str
    name: str
    rows: tuple[Message, ...]
    state: str
    states: tuple[tuple[str, str], ...]
    counts: Mapping[str, int]
    cursor: int | None


@door.post(f"{BASE}/<webhook_id>/test")
@guards.staff(Ability.MANAGE)
def test(site: Site, webhook_id: str) -> Response:
    """Send a test message."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id)
        webhooks.test(session, site, found, guards.current().actor)
    return done(_url(site, webhook_id), "webhook.tested")


@door.get(f"{BASE}/<webhook_id>/deliveries")
@guards.staff(Ability.MANAGE)
def show_all(site: Site, webhook_id: str) -> Response:
    """List what was sent, newest first, with what came of it."""
    wanted = request.args.get("state", "")
    state = State(wanted) if wanted in set(State) else None
    before = inputs.whole(request.args.get("cursor", ""), 15)
    with services().database.reading() as session:
        hook = webhooks.find(session, site, webhook_id)
        counts = webhooks.counts(session, hook)
        found = webhooks.deliveries(session, hook, state, before=before, limit=A_PAGE + 1)
    page = DeliveryList(
        title=_("What was sent"),
        site=site,
        id=str(hook.id),
        name=hook.about or host_of(hook),
        rows=tuple(map(_message, found[:A_PAGE])),
        state=state.value if state else "",
        states=tuple((each.value, _(text)) for each, text in STATES.items()),
        counts=counts,
        cursor=found[A_PAGE - 1].id if len(found) > A_PAGE else None,
    )
    return render(page)


@door.post(f"{BASE}/<webhook_id>/replay")
@guards.staff(Ability.MANAGE)
def replay(site: Site, webhook_id: str) -> Response:
    """Send one message again, or every one that nobody took."""
    message_id = request.form.get("message", "")
    who = guards.current().actor
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id)
        if message_id:
            webhooks.replay(session, found, message_id, who)
            count = 1
        else:
            count = webhooks.replay_dead(session, found, who)
    said = "webhook.replayed" if count else "webhook.none"
    return done(_url(site, webhook_id), said)


def _message(row: WebhookDelivery) -> Message:
    event = Event(row.event)
    return Message(
        id=row.message_id,
        event=_(EVENTS.get(event, N_("Test message"))),
        body=row.body,
        state=_(STATES[State(row.state)]),
        is_waiting=row.state == State.WAITING,
        is_dead=row.state == State.DEAD,
        attempts=row.attempts,
        said=row.said,
        created_at=row.created_at,
        tried_at=row.tried_at,
        due_at=row.due_at,
    )


def _url(site: Site, webhook_id: str) -> str:
    return url_for("console_deliveries.show_all", site_key=site.key, webhook_id=webhook_id)
