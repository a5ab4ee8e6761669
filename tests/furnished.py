"""A site with one of each thing that the console and the API show, made by the rooms' own verbs."""

import base64
import re
import uuid
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from consent import (
    clock,
    exports,
    ledger,
    notices,
    records,
    rights,
    snippet,
    staff,
    verification,
    webhooks,
)
from consent.config import Settings
from consent.db import Database
from consent.exporter import Jobs
from consent.exports import Asked, Plan
from consent.notices import Portrait
from consent.outgoing import Allowed
from consent.records import Known, Scope, Search
from consent.rights import Demand, Kind
from consent.sealing import Sealer
from consent.sequencer import Sequencer
from consent.sites import Site
from consent.staff import Grant, Order, Person, Role
from consent.webhooks import Event, Means, WebhookDelivery, Wish
from tests.factories import OVERRIDES, Demo, a_decision

A_PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII="
)
_ARGUMENT = re.compile(r"<(?:[^<>:]*:)?(\w+)>")


class NothingForError(AssertionError):
    """A page asks for something that is not made here yet: make one in `furnish`."""


@dataclass(frozen=True)
class Words:
    """What people write into the things that are made; a test may write something worse."""

    name: str = "Ada Lovelace"
    reason: str = "case 17/26"
    about: str = "Data warehouse"
    token: str = "nightly export"
    asked: str = "Please put my address right."
    email: str = "visitor@example.org"
    page: str = "/path"
    label: str = "Firefox on Linux"


@dataclass(frozen=True)
class Furnished:
    """What there is, by the names that addresses give it."""

    names: dict[str, str]
    receipt: records.ConsentRecord
    request: rights.RightsRequest

    def address(self, rule: Rule | str) -> str:
        """Return a route's address for what was made."""
        text = rule if isinstance(rule, str) else rule.rule

        def known(found: re.Match[str]) -> str:
            if found[1] not in self.names:
                raise NothingForError(f"{text}: nothing is made for {found[1]!r}")
            return self.names[found[1]]

        return _ARGUMENT.sub(known, text)


def pages(app: Flask) -> list[Rule]:
    """Return every page of the console that can be opened, as the app knows them today."""
    found = [
        each
        for each in app.url_map.iter_rules()
        if each.rule.startswith("/console") and "GET" in (each.methods or ())
    ]
    return sorted(found, key=lambda each: each.rule)


def furnish(
    database: Database, settings: Settings, site: Site, words: Words | None = None
) -> Furnished:
    """Make one of each thing on a site that has published a notice."""
    said = words or Words()
    with database.transaction() as session:
        version = notices.current(session, site.id)
        assert version
        names, record, request = _made(session, settings, Demo(site, version), said)
    place(database, settings, site)
    jobs = Jobs(database, settings)
    for _ in range(8):
        jobs.step()
    with database.transaction() as session:
        # One more of both, which wait.
        exports.ask(session, Asked("jsonl", Search(site.id)), staff.WORKER)
        verification.ask_check(session, site.id, staff.WORKER)
    return Furnished(names, record, request)


def place(database: Database, settings: Settings, site: Site) -> None:
    """Place and show what waits in a site's log."""
    with database.reading() as session:
        log_id = ledger.log_id_of(session, site.id)
    sequencer = Sequencer(database, settings)
    sequencer.place(log_id)
    sequencer.show(log_id)


def _made(
    session: Session, settings: Settings, demo: Demo, said: Words
) -> tuple[dict[str, str], records.ConsentRecord, rights.RightsRequest]:
    site, sealer = demo.site, Sealer(settings.secret_keys)
    kept, left = _decided(session, demo, said), _decided(session, demo, said)
    member = _staff(session, said)
    hook = _hook(session, site, sealer, said)
    request = _request(session, site, kept, said)
    hold = records.hold(session, site, Scope(left.subject_id), said.reason)
    records.make_subject_key(session, site, sealer)
    notices.schedule(
        session,
        site,
        clock.now() + timedelta(days=7),
        actor=member.key,
        public_url=settings.public_url,
        reason=said.reason,
        overrides=OVERRIDES,
    )
    document = notices.draft_found(session, site).document
    names = {
        "site_key": site.key,
        "record_id": str(kept.id),
        "subject_id": kept.subject_id,
        "member_id": member.key,
        "token_id": _token(session, member.key, said),
        "webhook_id": str(hook[0]),
        "message_id": hook[1],
        "request_id": str(request.id),
        "hold_id": str(hold.id),
        "vendor": document["vendors"][0]["key"],
        "place": "0",
        "number": str(demo.version.version),
        "version": str(demo.version.version),
        "device": _portrait(session, demo),
        "name": next(iter(snippet.scripts(snippet.core()))),
        **_exports(session, site),
    }
    check = verification.ask_check(session, site.id, member.key)
    names["check_id"] = str(check.id)
    return names, kept, request


def _decided(session: Session, demo: Demo, said: Words) -> records.ConsentRecord:
    page = demo.site.origins[0] + said.page
    optional = notices.read(demo.version).optional
    decision = a_decision(demo, page=page, categories=dict.fromkeys(optional, True))
    known = replace(Known(), region="DE")
    return records.capture(session, demo.site, decision, known, None).record


def _staff(session: Session, said: Words) -> staff.StaffMember:
    # A name of its own each time: several sites of one service are furnished.
    email = f"{uuid.uuid4().hex[:12]}@shop.example"
    member = staff.create_member(session, Person(said.name, email), [Grant(Role.EDITOR)])
    staff.begin(session, member, said.label, is_whole=True)
    return member


def _token(session: Session, maker: str, said: Words) -> str:
    made, _ = staff.create_token(session, Order(said.token, Role.VIEWER), None, maker)
    return made.key


def _hook(session: Session, site: Site, sealer: Sealer, said: Words) -> tuple[uuid.UUID, str]:
    events = (Event.NOTICE_PUBLISHED, Event.RIGHTS_OPENED)
    wish = Wish("https://hooks.example/in", tuple(each.value for each in events), said.about)
    hook, _ = webhooks.add(session, site, wish, Means(Allowed(), sealer))
    for number in range(3):
        webhooks.announce(session, site.id, Event.NOTICE_PUBLISHED, {"version": number})
    of_it = WebhookDelivery.webhook_id == hook.id
    dead: dict[str, Any] = {"state": "dead", "attempts": 10, "said": "the host answered 500"}
    session.execute(update(WebhookDelivery).where(of_it).values(**dead, status=500))
    session.flush()
    return hook.id, webhooks.deliveries(session, hook)[0].message_id


def _request(
    session: Session, site: Site, record: records.ConsentRecord, said: Words
) -> rights.RightsRequest:
    demand = Demand(uuid.uuid4(), Kind.RECTIFY, record.subject_id, said.asked, said.email)
    return rights.ask(session, site, demand).request


def _portrait(session: Session, demo: Demo) -> str:
    """Keep the smallest picture there is of the version."""
    device, measured = "desktop", {}
    found = Portrait("taken", {device: A_PICTURE}, measured)
    notices.keep_portrait(session, demo.version, found)
    return device


def _exports(session: Session, site: Site) -> dict[str, str]:
    made = exports.ask(session, Asked("csv", Search(site.id)), staff.WORKER)
    plan = Plan("csv", exports.Every.MONTH, 3, "/srv/exports")
    schedule = exports.schedules.add(session, site.id, plan, staff.WORKER, allowed=["/srv/exports"])
    return {"export_id": str(made.id), "schedule_id": str(schedule.id)}
