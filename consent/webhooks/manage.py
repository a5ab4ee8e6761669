"""Add, change and remove addresses; make secrets. Each act is noted in its transaction."""

import base64
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from consent import clock, ledger, outgoing, staff
from consent.errors import InvalidFieldsError, NotFoundError
from consent.outgoing import Allowed
from consent.sealing import Sealer
from consent.sites import Site
from consent.webhooks.announce import Event, forget_answer
from consent.webhooks.models import Webhook, WebhookDelivery

SECRET_PREFIX = "whsec_"  # noqa: S105 - what a secret begins with
SECRET_BYTES = 32
# How long the secret before is signed with too, so that a receiver can change over.
OVERLAP = timedelta(hours=24)
MOST = 20
LONGEST_ABOUT = 200


@dataclass(frozen=True)
class Wish:
    """What an address is to be: where, for what, of which events, and whether it is on."""

    url: str
    events: tuple[str, ...]
    about: str = ""
    is_on: bool = True


@dataclass(frozen=True)
class Means:
    """What managing needs besides: what the operator allowed, what seals secrets, who acts."""

    allowed: Allowed
    sealer: Sealer
    actor: str = staff.COMMAND_LINE


def add(session: Session, site: Site, wish: Wish, means: Means) -> tuple[Webhook, str]:
    """Add an address and return its secret with it, once; names each field that makes no sense."""
    _check(wish, means.allowed)
    count = select(func.count()).where(Webhook.site_id == site.id)
    if (session.scalar(count.prefix_with("/* webhooks.count */")) or 0) >= MOST:
        raise InvalidFieldsError({"url": [f"A site has at most {MOST} webhooks: remove one."]})
    secret, now, key = new_secret(), clock.now(), uuid4()
    made = Webhook(
        id=key,
        site_id=site.id,
        url=wish.url,
        about=wish.about.strip(),
        events=_ordered(wish.events),
        secret=means.sealer.seal(purpose_of(key), secret),
        is_on=wish.is_on,
        off_reason="",
        created_at=now,
        updated_at=now,
    )
    session.add(made)
    session.flush()
    forget_answer(session)
    _note(session, made, "webhook.add", means, after=_described(made))
    return made, secret


def change(session: Session, webhook: Webhook, wish: Wish, means: Means) -> Webhook:
    """Change an address; switched on again it goes on with what still waits."""
    _check(wish, means.allowed)
    before = _described(webhook)
    if wish.is_on and not webhook.is_on:
        webhook.off_reason = ""
    webhook.url, webhook.about = wish.url, wish.about.strip()
    webhook.events, webhook.is_on = _ordered(wish.events), wish.is_on
    webhook.updated_at = clock.now()
    session.flush()
    forget_answer(session)
    after = _described(webhook)
    if before != after:
        _note(session, webhook, "webhook.change", means, before=before, after=after)
    return webhook


def rotate(session: Session, webhook: Webhook, means: Means) -> str:
    """Give an address a new secret and return it, once; the one before signs for a day more."""
    secret, now = new_secret(), clock.now()
    webhook.old_secret, webhook.old_until = webhook.secret, now + OVERLAP
    webhook.secret = means.sealer.seal(purpose_of(webhook.id), secret)
    webhook.updated_at = now
    session.flush()
    _note(session, webhook, "webhook.rotate", means)
    return secret


def remove(session: Session, webhook: Webhook, means: Means) -> None:
    """Remove an address with all that waits for it."""
    _note(session, webhook, "webhook.remove", means, before=_described(webhook))
    session.execute(delete(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook.id))
    session.delete(webhook)
    session.flush()
    forget_answer(session)


def find(session: Session, site: Site, webhook_id: str, *, for_update: bool = False) -> Webhook:
    """Return a site's webhook; another site's, an unknown and a malformed id answer alike."""
    try:
        key = UUID(webhook_id)
    except ValueError:
        raise NotFoundError from None
    query = select(Webhook).where(Webhook.id == key, Webhook.site_id == site.id)
    if for_update:
        query = query.with_for_update()
    found = session.scalar(query.prefix_with("/* webhooks.find */"))
    if found is None:
        raise NotFoundError
    return found


def listed(session: Session, site: Site) -> Sequence[Webhook]:
    """Return a site's webhooks, the oldest first."""
    query = select(Webhook).where(Webhook.site_id == site.id)
    query = query.order_by(Webhook.created_at, Webhook.id)
    return session.scalars(query.prefix_with("/* webhooks.listed */")).all()


def new_secret() -> str:
    """Return a fresh secret in the form of Standard Webhooks."""
    return SECRET_PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def purpose_of(webhook_id: UUID) -> str:
    """Return what a webhook's secrets are sealed for."""
    return f"webhook/{webhook_id}"


def _check(wish: Wish, allowed: Allowed) -> None:
    problems: dict[str, object] = {}
    if said := _url_problem(wish.url, allowed):
        problems["url"] = [said]
    known = {each.value for each in Event} - {Event.WEBHOOK_TEST.value}
    if not wish.events:
        problems["events"] = ["Choose one event or more."]
    elif not set(wish.events) <= known:
        problems["events"] = [f"Use only {', '.join(sorted(known))}."]
    about = wish.about.strip()
    if len(about) > LONGEST_ABOUT or (about and not about.isprintable()):
        problems["about"] = [f"Use at most {LONGEST_ABOUT} letters on one line."]
    if problems:
        raise InvalidFieldsError(problems)


def _url_problem(url: str, allowed: Allowed) -> str:
    if said := outgoing.problem(url, allowed):
        return f"This address cannot be told: {said}."
    parts = urlsplit(url)
    if parts.fragment:
        return "Leave out what follows #: it is never sent."
    is_inside = bool(allowed.networks) or (parts.hostname or "").rstrip(".") in allowed.hosts
    if parts.scheme.lower() != "https" and not is_inside:
        return "Use https: what is told would be open on the way."
    return ""


def _ordered(events: Iterable[str]) -> list[str]:
    wanted = set(events)
    return [each.value for each in Event if each.value in wanted]


def _described(webhook: Webhook) -> dict[str, object]:
    return {
        "about": webhook.about,
        "events": list(webhook.events),
        "is_on": webhook.is_on,
        "url": webhook.url,
    }


def _note(
    session: Session, webhook: Webhook, verb: str, means: Means, **details: dict[str, object]
) -> None:
    facts = {"events": list(webhook.events), "on": webhook.is_on, "webhook": str(webhook.id)}
    log_id = ledger.log_id_of(session, webhook.site_id)
    staff.note(session, log_id, verb, facts, means.actor, details=details or None)
