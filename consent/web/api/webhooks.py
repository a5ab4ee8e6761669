"""Webhooks, for programs: who is told what, what was sent, what is sent again."""

from collections.abc import Mapping
from typing import Any

from flask_smorest import Blueprint

from consent import webhooks
from consent.outgoing import Allowed
from consent.sealing import Sealer
from consent.sites import Site
from consent.staff import Ability
from consent.web.api import guards
from consent.web.api.pages import linked
from consent.web.problems import problems
from consent.web.services import services
from consent.webhooks import Means, State, Webhook, Wish
from consent.webhooks.schemas import (
    ChangedWebhookSchema,
    DeliveryListSchema,
    DeliverySchema,
    DeliverySearchSchema,
    MadeWebhookSchema,
    NewWebhookSchema,
    ReplayedSchema,
    SecretSchema,
    WebhookListSchema,
    WebhookSchema,
)

door = Blueprint(
    "api_webhooks",
    __name__,
    url_prefix="/api/v1/sites/<site_key>/webhooks",
    description="Addresses that are told at once",
)


@door.get("")
@guards.token(Ability.MANAGE)
@door.doc(summary="List the webhooks", operationId="listWebhooks")
@door.response(200, WebhookListSchema)
@problems(door, 401, 403, 404)
def listed(site: Site) -> Any:
    """Return all webhooks of a site, the oldest first; secrets are never among them."""
    with services().database.reading() as session:
        return {"items": list(webhooks.listed(session, site)), "next": None}


@door.post("")
@guards.token(Ability.MANAGE)
@door.doc(summary="Add a webhook", operationId="addWebhook")
@door.arguments(NewWebhookSchema)
@door.response(201, MadeWebhookSchema)
@problems(door, 400, 401, 403, 404, 422)
def add(given: dict[str, Any], site: Site) -> Any:
    """Add an address and return its secret with it, once."""
    with services().database.transaction() as session:
        made, secret = webhooks.add(session, site, _wish(given), _means())
    return {**_values(made), "secret": secret}


@door.get("/<webhook_id>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Read a webhook", operationId="readWebhook")
@door.response(200, WebhookSchema)
@problems(door, 401, 403, 404)
def read(webhook_id: str, site: Site) -> Any:
    """Return one webhook."""
    with services().database.reading() as session:
        return webhooks.find(session, site, webhook_id)


@door.patch("/<webhook_id>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Change a webhook", operationId="changeWebhook")
@door.arguments(ChangedWebhookSchema)
@door.response(200, WebhookSchema)
@problems(door, 400, 401, 403, 404, 422)
def change(given: dict[str, Any], webhook_id: str, site: Site) -> Any:
    """Change what is given and leave the rest."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id, for_update=True)
        webhooks.change(session, found, _wish({**_values(found), **given}), _means())
    return found


@door.delete("/<webhook_id>")
@guards.token(Ability.MANAGE)
@door.doc(summary="Remove a webhook", operationId="removeWebhook")
@door.response(204)
@problems(door, 401, 403, 404)
def remove(webhook_id: str, site: Site) -> None:
    """Remove an address with all that waits for it."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id, for_update=True)
        webhooks.remove(session, found, _means())


@door.post("/<webhook_id>/secret")
@guards.token(Ability.MANAGE)
@door.doc(summary="Make a new secret", operationId="rotateWebhookSecret")
@door.response(200, SecretSchema)
@problems(door, 401, 403, 404)
def rotate(webhook_id: str, site: Site) -> Any:
    """Return a new secret, once; the one before signs for a day more."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id, for_update=True)
        return {"secret": webhooks.rotate(session, found, _means())}


@door.post("/<webhook_id>/test")
@guards.token(Ability.MANAGE)
@door.doc(summary="Send a test message", operationId="testWebhook")
@door.response(202, DeliverySchema)
@problems(door, 401, 403, 404)
def test(webhook_id: str, site: Site) -> Any:
    """Leave a test message; the worker sends it within seconds."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id)
        webhooks.test(session, site, found, guards.current().actor)
        return webhooks.deliveries(session, found, limit=1)[0]


@door.get("/<webhook_id>/deliveries")
@guards.token(Ability.MANAGE)
@door.doc(summary="List what was sent", operationId="listWebhookDeliveries")
@door.arguments(DeliverySearchSchema, location="query")
@door.response(200, DeliveryListSchema)
@problems(door, 401, 403, 404, 422)
def deliveries(wanted: dict[str, Any], webhook_id: str, site: Site) -> Any:
    """Return messages of a webhook, newest first, with what came of them."""
    limit = wanted["limit"]
    state = State(wanted["state"]) if "state" in wanted else None
    before = int(wanted["cursor"]) if "cursor" in wanted else None
    with services().database.reading() as session:
        hook = webhooks.find(session, site, webhook_id)
        found = webhooks.deliveries(session, hook, state, before=before, limit=limit + 1)
    more = str(found[limit - 1].id) if len(found) > limit else None
    return linked(list(found[:limit]), more)


@door.post("/<webhook_id>/deliveries/<message_id>/replay")
@guards.token(Ability.MANAGE)
@door.doc(summary="Send a message again", operationId="replayWebhookDelivery")
@door.response(202, DeliverySchema)
@problems(door, 401, 403, 404)
def replay(webhook_id: str, message_id: str, site: Site) -> Any:
    """Send one message again, under its old id."""
    with services().database.transaction() as session:
        hook = webhooks.find(session, site, webhook_id)
        return webhooks.replay(session, hook, message_id, guards.current().actor)


@door.post("/<webhook_id>/replay")
@guards.token(Ability.MANAGE)
@door.doc(summary="Send all dead letters again", operationId="replayWebhookDeadLetters")
@door.response(202, ReplayedSchema)
@problems(door, 401, 403, 404)
def replay_dead(webhook_id: str, site: Site) -> Any:
    """Send everything again that nobody took, under the old ids."""
    with services().database.transaction() as session:
        hook = webhooks.find(session, site, webhook_id)
        return {"messages": webhooks.replay_dead(session, hook, guards.current().actor)}


def _wish(given: Mapping[str, Any]) -> Wish:
    return Wish(given["url"], tuple(given["events"]), given["about"], given["is_on"])


def _values(webhook: Webhook) -> dict[str, Any]:
    names = (
        "id", "url", "about", "events", "is_on", "off_reason", "created_at", "updated_at",
        "old_until",
    )  # fmt: skip
    return {name: getattr(webhook, name) for name in names}


def _means() -> Means:
    settings = services().settings
    return Means(
        Allowed.of(settings.outgoing_allow), Sealer(settings.secret_keys), guards.current().actor
    )
