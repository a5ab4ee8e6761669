"""Seed the demo: its site and notice, and a few people, through the rooms' own verbs."""

import json
import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from importlib.resources import files
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ids, ledger, notices, records, sites, snippet, staff
from consent.notices import NoticeVersion
from consent.records import Action, Decision, Known, Layer, Shown
from consent.sites import Site
from consent.staff import Grant, Person, Role

FOLDER = files("consent.demo")
KEY = "demo"
NAME = "Harbour Goods"
ORIGIN = "http://127.0.0.1:8001"
ADMIN = "admin@harbour.example"


def seed(session: Session, public_url: str) -> tuple[Site, NoticeVersion, bool]:
    """Make the demo site once; return it, its version, and whether it is new."""
    found = session.scalar(select(Site).where(Site.key == KEY))
    if found is not None:
        return found, notices.in_force(session, found.id), False
    site = sites.create(session, KEY, NAME, [ORIGIN], public_log=True)
    document = json.loads((FOLDER / "notice.json").read_text("utf-8"))
    notices.draft(session, site, document)
    version = notices.publish(session, site, public_url)
    snippet.release(session, site, version, snippet.core(), public_url)
    for decisions in _people(version):
        _decide(session, site, decisions)
    return site, version, True


def admin(session: Session) -> str | None:
    """Make the demo's administrator; return a fresh password until they chose their own."""
    member = staff.by_email(session, ADMIN)
    if member is None:
        person = Person("Harriet Harbour", ADMIN)
        member = staff.create_member(session, person, [Grant(Role.ADMIN)])
    elif not member.is_password_once:
        return None
    password = staff.set_password_once(session, member)
    facts = {"member": member.key}
    staff.note(session, ledger.instance_log(session), "staff.password_once", facts)
    return password


def more(session: Session, site: Site, version: NoticeVersion, count: int) -> None:
    """Record `count` decisions of as many made-up visitors; for trying exports and benchmarks."""
    chooser = random.Random(count)  # noqa: S311 - made-up visitors, not secrets
    notice = notices.read(version)
    for _ in range(count):
        action = chooser.choice((Action.ACCEPT_ALL, Action.REJECT_ALL, Action.SAVE))
        ticked = {key for key in notice.optional if chooser.random() < 0.5}
        _decide(session, site, [_decision(version, action, ticked)])


def _people(version: NoticeVersion) -> Iterator[list[Decision]]:
    """Alice accepts, Bob refuses, Charlie chooses and withdraws, Dana's browser sends a signal."""
    yield [_decision(version, Action.ACCEPT_ALL)]
    yield [_decision(version, Action.REJECT_ALL)]
    yield [
        _decision(version, Action.SAVE, {"functional", "performance"}),
        _decision(version, Action.WITHDRAW),
    ]
    yield [replace(_decision(version, Action.SIGNAL, {"functional"}), gpc=True)]
    late = clock.now() - timedelta(hours=3)
    yield [replace(_decision(version, Action.SAVE, {"functional"}), decided_at=late)]


def _decision(version: NoticeVersion, action: Action, ticked: set[str] | None = None) -> Decision:
    notice = notices.read(version)
    granted = set(notice.optional) if action is Action.ACCEPT_ALL else ticked or set()
    if action in {Action.REJECT_ALL, Action.WITHDRAW}:
        granted = set()
    event_id = UUID(ids.new_event_id())
    return Decision(
        event_id=event_id,
        action=action,
        layer=Layer.CENTER if action is Action.SAVE else Layer.BANNER,
        notice=Shown(version.version, version.digest, notice.default_language),
        categories={key: key in granted for key in notice.optional},
        page=ORIGIN + "/",
        decided_at=clock.now(),
        body_digest=sha256(event_id.bytes).digest(),
        model="opt_in",
        layout="center",
        signals={"tcf": None, "gpp": None, "ac": None},
    )


def _decide(session: Session, site: Site, decisions: list[Decision]) -> None:
    subject_id = None
    for decision in decisions:
        captured = records.capture(session, site, decision, Known(), subject_id)
        subject_id = captured.record.subject_id
