"""Look at what was sent, send it again, test an address, forget what is over."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlalchemy.orm import Session

from consent import clock, ledger, staff
from consent.db import table_of
from consent.errors import NotFoundError
from consent.sites import Site
from consent.webhooks.announce import Event, State, message, written
from consent.webhooks.models import Webhook, WebhookDelivery

# How long a message can be looked at: a delivered one, and one that nobody took.
KEPT, KEPT_DEAD = timedelta(days=30), timedelta(days=90)
MOST_FORGOTTEN = 5000
_LARGEST_ID = 2**63 - 1


def deliveries(
    session: Session,
    webhook: Webhook,
    state: State | None = None,
    *,
    before: int | None = None,
    limit: int = 50,
) -> Sequence[WebhookDelivery]:
    """Return messages of a webhook, newest first; the last one's id is the cursor to the next."""
    query = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id)
    if state is not None:
        query = query.where(WebhookDelivery.state == state)
    if before is not None:
        query = query.where(WebhookDelivery.id < min(before, _LARGEST_ID))
    query = query.order_by(WebhookDelivery.id.desc()).limit(limit)
    return session.scalars(query.prefix_with("/* webhooks.deliveries */")).all()


def counts(session: Session, webhook: Webhook) -> dict[str, int]:
    """Return how many messages of a webhook there are of each state."""
    query = (
        select(WebhookDelivery.state, func.count().label("number"))
        .where(WebhookDelivery.webhook_id == webhook.id)
        .group_by(WebhookDelivery.state)
        .prefix_with("/* webhooks.counts */")
    )
    found = {row.state: row.number for row in session.execute(query)}
    return {state.value: found.get(state.value, 0) for state in State}


def replay(session: Session, webhook: Webhook, message_id: str, actor: str) -> WebhookDelivery:
    """Send one message again, under its old id, so that a receiver can tell a repetition."""
    # PostgreSQL knows no NUL in text, and no id of ours has one.
    query = select(WebhookDelivery).where(
        WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.message_id == message_id
    )
    found = (
        session.scalar(query.with_for_update().prefix_with("/* webhooks.replay */"))
        if message_id.isprintable()
        else None
    )
    if found is None:
        raise NotFoundError
    if found.state != State.WAITING:
        found.state, found.attempts, found.due_at = State.WAITING, 0, clock.now()
        session.flush()
        _note(session, webhook, 1, actor)
    return found


def replay_dead(session: Session, webhook: Webhook, actor: str) -> int:
    """Send all dead letters of a webhook again; return how many."""
    statement = (
        update(WebhookDelivery)
        .where(WebhookDelivery.webhook_id == webhook.id, WebhookDelivery.state == State.DEAD)
        .values(state=State.WAITING.value, attempts=0, due_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    done = session.execute(statement.prefix_with("/* webhooks.replay_dead */"))
    count = int(done.rowcount)  # type: ignore[attr-defined]
    if count:
        _note(session, webhook, count, actor)
    return count


def test(session: Session, site: Site, webhook: Webhook, actor: str) -> str:
    """Leave a test message for one webhook and return its id."""
    now = clock.now()
    payload = {"webhook": str(webhook.id)}
    body = written(Event.WEBHOOK_TEST, site.key, now, payload)
    row = message(webhook.id, Event.WEBHOOK_TEST, body, now)
    session.execute(insert(table_of(WebhookDelivery)), row)
    log_id = ledger.log_id_of(session, webhook.site_id)
    staff.note(session, log_id, "webhook.test", {"webhook": str(webhook.id)}, actor)
    return str(row["message_id"])


def forget_records(session: Session, site_id: int, record_ids: Collection[UUID]) -> None:
    """Take away every message about records that are being erased, sent or not."""
    query = select(Webhook.id).where(Webhook.site_id == site_id).limit(1)
    if record_ids and session.scalar(query.prefix_with("/* webhooks.any */")) is not None:
        session.execute(_DELETE, [{"record": each} for each in record_ids])


def forget_deliveries(session: Session) -> int:
    """Forget messages that have had their time, and those of webhooks that are gone."""
    now = clock.now()
    old = (WebhookDelivery.state == State.DELIVERED) & (WebhookDelivery.created_at < now - KEPT)
    # Dead ones, and those that wait for a webhook that is switched off.
    older = WebhookDelivery.created_at < now - KEPT_DEAD
    orphaned = WebhookDelivery.webhook_id.not_in(select(Webhook.id))
    chosen = select(WebhookDelivery.id).where(old | older | orphaned).limit(MOST_FORGOTTEN)
    statement = delete(WebhookDelivery).where(
        WebhookDelivery.id.in_(chosen.prefix_with("/* webhooks.forget_deliveries */"))
    )
    gone = session.execute(statement.execution_options(synchronize_session=False))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _note(session: Session, webhook: Webhook, count: int, actor: str) -> None:
    facts = {"messages": count, "webhook": str(webhook.id)}
    log_id = ledger.log_id_of(session, webhook.site_id)
    staff.note(session, log_id, "webhook.replay", facts, actor)


_deliveries = table_of(WebhookDelivery)
_DELETE = delete(_deliveries).where(_deliveries.c.record_id == bindparam("record"))
