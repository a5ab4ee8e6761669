"""The evidence log of a site: how it stands, whether it holds, and how others find out."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from flask import Blueprint, Response, url_for

from consent import ledger, staff, verification
from consent.anchors import Anchored, Kind
from consent.sites import Site
from consent.staff import Ability
from consent.verification import LogCheck, LogState, Verdict
from consent.web import headers
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, number, render, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_ledger", __name__)

VERDICTS = {
    Verdict.REQUESTED: N_("waits for the worker"),
    Verdict.RUNNING: N_("is being checked"),
    Verdict.HELD: N_("held"),
    Verdict.NOT_HELD: N_("does not hold"),
    Verdict.BROKEN: N_("broke off"),
}
BADGES = {
    Verdict.HELD: "good",
    Verdict.NOT_HELD: "bad",
    Verdict.BROKEN: "bad",
    Verdict.REQUESTED: "wait",
    Verdict.RUNNING: "wait",
}
PLACES = {
    Kind.WITNESS: N_("cosigned by a witness"),
    Kind.TIMESTAMP: N_("dated by a time stamp authority"),
}
# Whom they are of is public; the others' addresses may be secrets.
_NAMED = frozenset({Kind.WITNESS, Kind.TIMESTAMP})
_OPEN = frozenset({Verdict.REQUESTED, Verdict.RUNNING})

says({"ledger.asked": N_("The check is asked for. It runs in the background.")})


@dataclass(frozen=True)
class Row:
    """A check as it is shown."""

    check: LogCheck
    state: str
    badge: str
    progress: str
    who: str
    is_open: bool


@dataclass(frozen=True)
class Place:
    """Where a checkpoint was laid down outside."""

    words: str
    target: str
    anchored: Anchored


@dataclass(frozen=True, kw_only=True)
class LedgerPage(ConsolePage):
    """How the log stands, and the last checks."""

    template: ClassVar[str] = "console/ledger/ledger.html"
    section: ClassVar[str] = "ledger"
    state: LogState
    places: tuple[Place, ...]
    checks: tuple[Row, ...]
    log_url: str
    root: str


@dataclass(frozen=True, kw_only=True)
class CheckPage(ConsolePage):
    """One check: what held, how much of it, and where it did not."""

    template: ClassVar[str] = "console/ledger/check.html"
    section: ClassVar[str] = "ledger"
    row: Row
    held: tuple[str, ...]
    counts: tuple[tuple[str, int], ...]
    unproved: tuple[str, ...]
    rows: tuple[int, ...]


@door.get("/console/sites/<site_key>/ledger")
@guards.staff(Ability.VERIFY)
def show(site: Site) -> Response:
    """Show how the log stands."""
    settings = services().settings
    with services().database.reading() as session:
        state = verification.state_of(session, site, settings.public_url, settings.ledger_seeds)
        checks, who = verification.checks_of(session, site.id), staff.names(session)
    page = LedgerPage(
        title=_("Evidence log"),
        site=site,
        state=state,
        places=tuple(_place(each) for each in state.anchored),
        checks=tuple(_row(each, who) for each in checks),
        log_url=f"{settings.public_url}/log/{site.key}",
        root=state.newest.note.split("\n")[2] if state.newest else "",
    )
    return render(page)


@door.post("/console/sites/<site_key>/ledger/checks")
@guards.staff(Ability.VERIFY)
def ask(site: Site) -> Response:
    """Ask for a check of the log."""
    actor = guards.current().actor
    with services().database.transaction() as session:
        check = verification.ask_check(session, site.id, actor)
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "ledger.verify", {"check": str(check.id)}, actor)
    url = url_for("console_ledger.show_check", site_key=site.key, check_id=check.id)
    return done(url, "ledger.asked")


@door.get("/console/sites/<site_key>/ledger/checks/<uuid:check_id>")
@guards.staff(Ability.VERIFY)
def show_check(site: Site, check_id: UUID) -> Response:
    """Show one check."""
    with services().database.reading() as session:
        check = verification.find_check(session, site.id, check_id)
        row = _row(check, staff.names(session))
    report = check.report or {}
    page = CheckPage(
        title=_("Check of the evidence log"),
        site=site,
        row=row,
        held=tuple(report.get("held", ())),
        counts=tuple(sorted(report.get("counts", {}).items())),
        unproved=tuple(report.get("unproved", ())),
        rows=tuple(report.get("rows", ())),
    )
    return render(page)


@door.get("/console/sites/<site_key>/ledger/progress")
@guards.staff(Ability.VERIFY)
def progress(site: Site) -> Response:
    """Say how far the last checks are, for the page's script."""
    with services().database.reading() as session:
        found = verification.checks_of(session, site.id)
    said = [
        {
            "id": str(each.id),
            "open": each.state in _OPEN,
            "done": each.checked,
            "of": each.counted,
            "text": _progress(each),
        }
        for each in found
    ]
    return headers.json_answer({"items": said})


def _row(check: LogCheck, who: Mapping[str, str]) -> Row:
    state = Verdict(check.state)
    return Row(
        check=check,
        state=_(VERDICTS[state]),
        badge=BADGES[state],
        progress=_progress(check),
        who=who.get(check.asked_by, check.asked_by),
        is_open=state in _OPEN,
    )


def _progress(check: LogCheck) -> str:
    if check.counted is None:
        return _(VERDICTS[Verdict(check.state)])
    facts = {"written": number(check.checked), "counted": number(check.counted)}
    return _("%(written)s of %(counted)s rows") % facts


def _place(anchored: Anchored) -> Place:
    words = _(PLACES[anchored.kind]) if anchored.kind in PLACES else _("laid down outside")
    target = anchored.target if anchored.kind in _NAMED else anchored.kind.value
    return Place(words, target, anchored)
