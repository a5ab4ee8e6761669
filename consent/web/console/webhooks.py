"""Webhooks: who is told at once, of what, and the secret that is shown once."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from flask import Blueprint, Response, request, url_for

from consent import clock, webhooks
from consent.errors import InvalidFieldsError
from consent.outgoing import Allowed
from consent.sealing import Sealer
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _
from consent.web.services import services
from consent.webhooks import Event, Means, Webhook, Wish

door = Blueprint("console_webhooks", __name__)
BASE = "/console/sites/<site_key>/webhooks"

EVENTS = {
    Event.CONSENT_RECORDED: N_("A visitor decided"),
    Event.NOTICE_PUBLISHED: N_("A notice was published"),
    Event.EXPORT_FINISHED: N_("An export is ready"),
    Event.RIGHTS_OPENED: N_("A rights request arrived"),
    Event.RIGHTS_CLOSED: N_("A rights request was answered"),
    Event.RECORDS_ERASED: N_("Records of a person were erased"),
}
says(
    {
        "webhook.changed": N_("The webhook is changed."),
        "webhook.removed": N_("The webhook is removed, with all that waited for it."),
    }
)


@dataclass(frozen=True)
class Row:
    """A webhook in the list; what stands behind its host may be a secret."""

    id: str
    name: str
    host: str
    events: tuple[str, ...]
    state: str
    is_on: bool
    counts: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class WebhookList(ConsolePage):
    """All webhooks of a site."""

    template: ClassVar[str] = "console/webhooks/list.html"
    section: ClassVar[str] = "webhooks"
    rows: tuple[Row, ...]


@dataclass(frozen=True, kw_only=True)
class WebhookPage(ConsolePage):
    """One webhook, or one to be added."""

    template: ClassVar[str] = "console/webhooks/webhook.html"
    section: ClassVar[str] = "webhooks"
    id: str = ""
    url: str = ""
    about: str = ""
    is_on: bool = True
    is_gone: bool = False
    old_until: datetime | None = None
    events: tuple[tuple[str, str, bool], ...]
    counts: Mapping[str, int] | None = None
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class SecretPage(ConsolePage):
    """A secret, shown once."""

    template: ClassVar[str] = "console/webhooks/secret.html"
    section: ClassVar[str] = "webhooks"
    id: str
    secret: str
    is_second: bool = False


@door.get(BASE)
@guards.staff(Ability.MANAGE)
def show_all(site: Site) -> Response:
    """List the webhooks with what waits and what nobody took."""
    with services().database.reading() as session:
        rows = tuple(
            _row(each, webhooks.counts(session, each)) for each in webhooks.listed(session, site)
        )
    return render(WebhookList(title=_("Webhooks"), site=site, rows=rows))


@door.get(f"{BASE}/new")
@guards.staff(Ability.MANAGE, fresh=True)
def ask_new(site: Site) -> Response:
    """Ask whom to tell what."""
    page = WebhookPage(
        title=_("A new webhook"), site=site, events=_boxes([Event.CONSENT_RECORDED.value])
    )
    return render(page)


@door.post(f"{BASE}/new")
@guards.staff(Ability.MANAGE, fresh=True)
def add(site: Site) -> Response:
    """Add a webhook and show its secret, once."""
    wish = _wish(is_on=True)
    try:
        with services().database.transaction() as session:
            made, secret = webhooks.add(session, site, wish, _means())
    except InvalidFieldsError as error:
        return _again(site, "", wish, error)
    return _secret_page(site, made, secret)


@door.get(f"{BASE}/<webhook_id>")
@guards.staff(Ability.MANAGE)
def show(site: Site, webhook_id: str) -> Response:
    """Show one webhook, to be changed, tested or removed."""
    with services().database.reading() as session:
        found = webhooks.find(session, site, webhook_id)
        counts = webhooks.counts(session, found)
    page = WebhookPage(
        title=_("Webhook"),
        site=site,
        id=str(found.id),
        url=found.url,
        about=found.about,
        is_on=found.is_on,
        is_gone=found.off_reason == "gone",
        old_until=_lasting(found.old_until),
        events=_boxes(found.events),
        counts=counts,
    )
    return render(page)


@door.post(f"{BASE}/<webhook_id>")
@guards.staff(Ability.MANAGE, fresh=True)
def change(site: Site, webhook_id: str) -> Response:
    """Change a webhook."""
    wish = _wish(is_on="is_on" in request.form)
    try:
        with services().database.transaction() as session:
            found = webhooks.find(session, site, webhook_id, for_update=True)
            webhooks.change(session, found, wish, _means())
    except InvalidFieldsError as error:
        return _again(site, webhook_id, wish, error)
    return done(_url("show", site, webhook_id), "webhook.changed")


@door.post(f"{BASE}/<webhook_id>/secret")
@guards.staff(Ability.MANAGE, fresh=True)
def rotate(site: Site, webhook_id: str) -> Response:
    """Make a new secret and show it, once."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id, for_update=True)
        secret = webhooks.rotate(session, found, _means())
    return _secret_page(site, found, secret, is_second=True)


@door.post(f"{BASE}/<webhook_id>/remove")
@guards.staff(Ability.MANAGE, fresh=True)
def remove(site: Site, webhook_id: str) -> Response:
    """Remove a webhook."""
    with services().database.transaction() as session:
        found = webhooks.find(session, site, webhook_id, for_update=True)
        webhooks.remove(session, found, _means())
    return done(url_for("console_webhooks.show_all", site_key=site.key), "webhook.removed")


def _again(site: Site, webhook_id: str, wish: Wish, error: InvalidFieldsError) -> Response:
    """Show the form with what was sent, and what is wrong with it."""
    page = WebhookPage(
        title=_("Webhook") if webhook_id else _("A new webhook"),
        site=site,
        id=webhook_id,
        url=wish.url,
        about=wish.about,
        is_on=wish.is_on,
        events=_boxes(wish.events),
        problems=problems(error),
    )
    return render(page, 422)


def _secret_page(site: Site, webhook: Webhook, secret: str, *, is_second: bool = False) -> Response:
    page = SecretPage(
        title=_("The secret of the webhook"),
        site=site,
        id=str(webhook.id),
        secret=secret,
        is_second=is_second,
    )
    return render(page)


def _wish(*, is_on: bool) -> Wish:
    form = request.form
    return Wish(
        form.get("url", "").strip(), tuple(form.getlist("events")), form.get("about", ""), is_on
    )


def _means() -> Means:
    settings = services().settings
    return Means(
        Allowed.of(settings.outgoing_allow), Sealer(settings.secret_keys), guards.current().actor
    )


def _boxes(chosen: tuple[str, ...] | list[str]) -> tuple[tuple[str, str, bool], ...]:
    return tuple((each.value, _(text), each.value in chosen) for each, text in EVENTS.items())


def _row(webhook: Webhook, counts: Mapping[str, int]) -> Row:
    state = _("on") if webhook.is_on else _("off")
    if webhook.off_reason == "gone":
        state = _("off: the address answered that it is gone")
    names = tuple(_(EVENTS[Event(each)]) for each in webhook.events)
    host = host_of(webhook)
    return Row(str(webhook.id), webhook.about or host, host, names, state, webhook.is_on, counts)


def host_of(webhook: Webhook) -> str:
    """Return what of an address may be shown everywhere: what stands behind may be a secret."""
    return urlsplit(webhook.url).netloc


def _lasting(until: datetime | None) -> datetime | None:
    return until if until and until > clock.now() else None


def _url(name: str, site: Site, webhook_id: str) -> str:
    return url_for(f"console_webhooks.{name}", site_key=site.key, webhook_id=webhook_id)
