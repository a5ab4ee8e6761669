"""Take what is due, send it without a session, and write down what came of it.

A message is taken for a while: whoever is killed between sending and writing down leaves it to be
sent again, under the same id (at least once). Addresses are independent of each other.
"""

import random
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Select, func, literal, select, update
from sqlalchemy.orm import Session
from standardwebhooks import Webhook as Signing

from consent import clock, ledger, outgoing, staff
from consent.outgoing import Limits, Opener, Request
from consent.sealing import Sealer
from consent.webhooks.announce import State
from consent.webhooks.manage import purpose_of
from consent.webhooks.models import Webhook, WebhookDelivery

# What Standard Webhooks recommends: the rest after each attempt that failed.
RESTS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
JITTER = 0.2
LIMITS = Limits(seconds_each=10.0, seconds_in_all=15.0, most_bytes=16 * 1024, may_cut=True)
# How long a batch is somebody's own; no message is begun when less than a request's time is left.
LEASE = timedelta(minutes=2)
MOST_AT_ONCE = 20
# In one transaction; what is left over is found at the next try.
MOST_FOR_ALL = 1000
GONE = 410
# Written out, since the index is of what waits alone.
_IS_WAITING = WebhookDelivery.state == literal(State.WAITING.value, literal_execute=True)
# The longest that an answer may ask us to wait.
LONGEST_WAIT = timedelta(hours=24)


@dataclass(frozen=True)
class Work:
    """A message to be sent, and until when it is ours."""

    delivery_id: int
    webhook_id: UUID
    url: str = field(repr=False)
    secrets: tuple[str, ...] = field(repr=False)
    message_id: str
    body: str = field(repr=False)
    attempts: int
    leased_until: datetime


@dataclass(frozen=True)
class Outcome:
    """What came of a work; `said` is a short sentence for people."""

    work: Work
    status: int | None
    said: str
    wait: timedelta = timedelta(0)
    at: datetime = field(default_factory=clock.now)

    @property
    def is_fine(self) -> bool:
        """Say whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def is_reached(self) -> bool:
        """Say whether anybody answered."""
        return self.status is not None


def due(session: Session, busy: Collection[UUID] = (), most: int = 16) -> Sequence[UUID]:
    """Return the webhooks that messages are due for, whoever waits longest first."""
    query = (
        select(Webhook.id)
        .join(WebhookDelivery, WebhookDelivery.webhook_id == Webhook.id)
        .where(
            Webhook.is_on,
            _IS_WAITING,
            WebhookDelivery.due_at <= clock.now(),
            Webhook.id.not_in(busy),
        )
        .group_by(Webhook.id)
        .order_by(func.min(WebhookDelivery.due_at))
        .limit(most)
        .prefix_with("/* webhooks.due */")
    )
    return session.scalars(query).all()


def claim(session: Session, webhook_id: UUID, sealer: Sealer) -> list[Work]:
    """Take what is due for one webhook, for the time of a lease; nobody else sends it meanwhile."""
    webhook = session.get(Webhook, webhook_id)
    if webhook is None or not webhook.is_on:
        return []
    now = clock.now()
    query = _due_of(webhook_id, now, MOST_AT_ONCE).prefix_with("/* webhooks.claim */")
    secrets = _secrets(webhook, sealer, now)
    works = []
    for row in session.scalars(query):
        row.due_at = now + LEASE
        works.append(
            Work(
                row.id,
                webhook_id,
                webhook.url,
                secrets,
                row.message_id,
                row.body,
                row.attempts,
                row.due_at,
            )
        )
    session.flush()
    return works


def _due_of(webhook_id: UUID, now: datetime, most: int) -> Select[WebhookDelivery]:
    """Choose what is due for one webhook, locked: whoever waits longest first."""
    return (
        select(WebhookDelivery)
        .where(
            WebhookDelivery.webhook_id == webhook_id,
            _IS_WAITING,
            WebhookDelivery.due_at <= now,
        )
        .order_by(WebhookDelivery.due_at, WebhookDelivery.id)
        .limit(most)
        # Two workers at once share what is due instead of waiting for each other.
        .with_for_update(skip_locked=True)
    )


def is_ours(work: Work) -> bool:
    """Say whether enough is left of a lease to send a message and write it down."""
    spare = timedelta(seconds=LIMITS.seconds_in_all + 5)
    return clock.now() + spare < work.leased_until


def send(opener: Opener, work: Work) -> Outcome:
    """Send a message. It may take seconds: call it without a session."""
    body = work.body.encode()
    request = Request(
        method="POST", url=work.url, body=body, headers=signed(work, clock.now(), work.body)
    )
    try:
        answer = opener.send(request, LIMITS)
    except outgoing.UnreachableError as error:
        return Outcome(work, None, str(error))
    wait = _wait(str(answer.headers.get("Retry-After", "")))
    return Outcome(work, answer.status, f"it answered {answer.status}", wait)


def signed(work: Work, at: datetime, body: str) -> dict[str, str]:
    """Return the headers of a message, signed with every secret that is good now."""
    signatures = [Signing(each).sign(work.message_id, at, body) for each in work.secrets]
    return {
        "Content-Type": "application/json",
        "webhook-id": work.message_id,
        "webhook-timestamp": str(clock.to_ms(at) // 1000),
        "webhook-signature": " ".join(signatures),
    }


def keep(session: Session, outcome: Outcome) -> None:
    """Write down what came of a message; after the last attempt it is a dead letter."""
    work = outcome.work
    row = session.get(WebhookDelivery, work.delivery_id, with_for_update=True)
    # Erased or removed meanwhile; or it took so long that somebody else has it now.
    if row is None or row.state != State.WAITING or row.due_at != work.leased_until:
        return
    _keep(session, row, outcome)


def keep_for_all(session: Session, outcome: Outcome) -> None:
    """Write down for whatever is due at an address that nobody answered there.

    Who cannot be reached is asked once, not once for each message: it was a try of all of them.
    """
    query = _due_of(outcome.work.webhook_id, clock.now(), MOST_FOR_ALL)
    for row in session.scalars(query.prefix_with("/* webhooks.keep_for_all */")):
        _keep(session, row, outcome)
    session.flush()


def _keep(session: Session, row: WebhookDelivery, outcome: Outcome) -> None:
    row.attempts += 1
    row.status, row.said, row.tried_at = outcome.status, outcome.said, outcome.at
    if outcome.is_fine:
        row.state = State.DELIVERED
    elif outcome.status == GONE:
        row.state = State.DEAD
        _switch_off(session, row.webhook_id)
    elif row.attempts > len(RESTS):
        row.state = State.DEAD
    else:
        row.due_at = outcome.at + max(_rest(row.attempts), outcome.wait)


def release(session: Session, works: Iterable[Work]) -> None:
    """Give back what was taken and not begun."""
    ids = [work.delivery_id for work in works]
    statement = (
        update(WebhookDelivery)
        .where(WebhookDelivery.id.in_(ids), WebhookDelivery.state == State.WAITING)
        .values(due_at=clock.now())
    )
    session.execute(statement.prefix_with("/* webhooks.release */"))


def _secrets(webhook: Webhook, sealer: Sealer, now: datetime) -> tuple[str, ...]:
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_until and now < webhook.old_until:
        sealed.append(webhook.old_secret)
    opened = [sealer.open(purpose_of(webhook.id), each) for each in sealed]
    return tuple(each for each in opened if each)


def _rest(attempts: int) -> timedelta:
    # Many that failed at once must not all come back at once.
    return RESTS[attempts - 1] * random.uniform(1, 1 + JITTER)  # noqa: S311 - no secret


def _wait(said: str) -> timedelta:
    seconds = int(said) if said.isascii() and said.isdigit() and len(said) < 10 else 0
    return min(timedelta(seconds=seconds), LONGEST_WAIT)


def _switch_off(session: Session, webhook_id: UUID) -> None:
    webhook = session.get(Webhook, webhook_id, with_for_update=True)
    if webhook is None or not webhook.is_on:
        return
    webhook.is_on, webhook.off_reason, webhook.updated_at = False, "gone", clock.now()
    log_id = ledger.log_id_of(session, webhook.site_id)
    facts = {"on": False, "status": GONE, "webhook": str(webhook_id)}
    staff.note(session, log_id, "webhook.off", facts, staff.WORKER)
