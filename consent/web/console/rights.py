"""Rights requests: the list by due date, one request, what is decided and done about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

import orjson
from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import records, rights, staff
from consent.errors import ClosedError, HeldError, InvalidFieldsError
from consent.records import LegalHold
from consent.rights import Answer, RightsContact, RightsRequest, State
from consent.sites import Site
from consent.staff import Ability
from consent.web import answers, erasing, headers
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.person import Kept, Row, kept, number, row
from consent.web.console.words import N_, _, told
from consent.web.services import services

door = Blueprint("console_rights", __name__)

STEPS = {
    "opened": N_("The request arrived"),
    "added": N_("Words or an address were added"),
    "extended": N_("The time was extended"),
    "exported": N_("A copy of the data was taken"),
    "erased": N_("The person was erased"),
    "done": N_("Answered: done"),
    "refused": N_("Answered: refused"),
}
says(
    {
        "rights.extended": N_("The time is extended. The person reads the reason."),
        "rights.done": N_("The request is answered. The person reads the answer on their page."),
        "rights.refused": N_("The request is refused. The person reads the reason on their page."),
        "rights.erased": N_(
            "The person is erased and the request answered. Backups and exports made before still "
            "hold the records until they are thrown away."
        ),
        "rights.opened": N_("The request is written down. Its time runs from now."),
    }
)


@dataclass(frozen=True)
class Step:
    """What happened, when, by whom."""

    at: datetime
    text: str
    who: str


@dataclass(frozen=True, kw_only=True)
class RequestList(ConsolePage):
    """The requests of a site."""

    template: ClassVar[str] = "console/rights/list.html"
    section: ClassVar[str] = "rights"
    rows: tuple[Row, ...]
    closed: bool
    cursor: str | None
    waiting: int
    overdue: int
    asked: str = ""


@dataclass(frozen=True, kw_only=True)
class RequestPage(ConsolePage):
    """One request."""

    template: ClassVar[str] = "console/rights/request.html"
    section: ClassVar[str] = "rights"
    row: Row
    found: RightsRequest
    contact: RightsContact | None
    steps: tuple[Step, ...]
    kept: tuple[Kept, ...]
    holds: tuple[LegalHold, ...]
    is_customer: bool
    by_person: bool
    center_url: str
    may_fulfil: bool
    may_extend: bool
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None
    wrong: str = ""


@door.get("/console/sites/<site_key>/rights")
@guards.staff(Ability.READ)
def show_all(site: Site) -> Response:
    """List the requests that wait, or those that were answered; or find one by its number."""
    asked = request.args.get("number", "").strip()
    closed = request.args.get("state") == "closed"
    with services().database.reading() as session:
        if asked and (one := rights.with_reference(session, site, asked)) is not None:
            return done(url_for("console_rights.show", site_key=site.key, request_id=one.id))
        cursor = request.args.get("cursor", "")
        found = rights.requests(session, site, closed=closed, cursor=cursor)
        waiting, overdue = rights.count_open(session, site)
    page = RequestList(
        title=_("Rights requests"),
        site=site,
        rows=tuple(row(each) for each in found.rows),
        closed=closed,
        cursor=found.cursor,
        waiting=waiting,
        overdue=overdue,
        asked=asked,
    )
    return render(page)


@door.get("/console/sites/<site_key>/rights/<request_id>")
@guards.staff(Ability.READ)
def show(site: Site, request_id: str) -> Response:
    """Show one request: who, what is kept, what can be done."""
    return _page(site, request_id)


@door.post("/console/sites/<site_key>/rights/<request_id>/extend")
@guards.staff(Ability.FULFIL)
def extend(site: Site, request_id: str) -> Response:
    """Take two months more, with a reason."""
    reason = request.form.get("reason", "")
    try:
        with services().database.transaction() as session:
            rights.extend(session, site, number(request_id), reason, guards.current().actor)
    except InvalidFieldsError as error:
        return _page(site, request_id, found=problems(error))
    except ClosedError as error:
        return _page(site, request_id, wrong=told(error.message), status=error.status)
    return _done(site, request_id, "rights.extended")


@door.post("/console/sites/<site_key>/rights/<request_id>/close")
@guards.staff(Ability.FULFIL)
def close(site: Site, request_id: str) -> Response:
    """Answer a request: done, or refused."""
    granted = request.form.get("outcome") != "refused"
    answer = Answer(request.form.get("answer", ""), guards.current().actor, granted)
    try:
        with services().database.transaction() as session:
            rights.close(session, site, number(request_id), answer)
    except InvalidFieldsError as error:
        return _page(site, request_id, found=problems(error))
    except ClosedError as error:
        return _page(site, request_id, wrong=told(error.message), status=error.status)
    return _done(site, request_id, "rights.done" if granted else "rights.refused")


@door.post("/console/sites/<site_key>/rights/<request_id>/erase")
@guards.staff(Ability.FULFIL)
def erase(site: Site, request_id: str) -> Response:
    """Erase the person who asked for it; the number of the request is typed to confirm."""
    answer = Answer(request.form.get("erase_answer", ""), guards.current().actor)
    with services().database.reading() as session:
        found = rights.request_of(session, site, number(request_id))
    if request.form.get("confirm", "").strip().upper() != found.reference:
        said = {"confirm": [_("Type the number of the request, %s.") % found.reference]}
        return _page(site, request_id, found=said)
    try:
        erased = erasing.run(site, lambda session: rights.erase(session, site, found.id, answer))
    except InvalidFieldsError as error:
        given = problems(error)
        return _page(site, request_id, found={"erase_answer": given.get("answer", [])})
    except (ClosedError, HeldError) as error:
        return _page(site, request_id, wrong=told(error.message), status=error.status)
    erasing.finish(erased)
    return _done(site, request_id, "rights.erased")


@door.post("/console/sites/<site_key>/rights/<request_id>/copy")
@guards.staff(Ability.FULFIL)
def copy(site: Site, request_id: str) -> Response:
    """Download all that is kept of the person, to be handed to them."""
    actor = guards.current().actor
    with services().database.transaction() as session:
        found = rights.exported(session, site, number(request_id), actor)
        assert found.subject_id is not None
        data = rights.data_of(session, site, found.subject_id)
    body = orjson.dumps(data, option=orjson.OPT_INDENT_2)
    response = headers.apply(Response(body, content_type="application/json"), headers.API)
    name = f"{site.key}-{found.reference}.json"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _page(
    site: Site,
    request_id: str,
    *,
    found: Mapping[str, list[str]] | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response:
    with services().database.reading() as session:
        asked = rights.request_of(session, site, number(request_id))
        contact = rights.contact_of(session, asked)
        rows, holds = kept(session, site, asked.subject_id) if asked.subject_id else ([], [])
        is_customer = bool(
            asked.subject_id and records.person_tied(session, site, asked.subject_id)
        )
        steps = rights.steps_of(session, asked)
        told = _steps(session, steps)
    shown = row(asked)
    page = RequestPage(
        title=_("Request %s") % asked.reference,
        site=site,
        row=shown,
        found=asked,
        contact=contact,
        steps=told,
        kept=tuple(rows),
        holds=tuple(holds),
        is_customer=is_customer,
        by_person=bool(steps) and steps[0].actor == rights.THE_PERSON,
        center_url=answers.page_url(site),
        may_fulfil=guards.current().may(Ability.FULFIL, site.id) and asked.closed_at is None,
        may_extend=asked.state == State.OPEN and shown.days >= 0,
        given=request.form,
        problems=found,
        wrong=wrong,
    )
    return render(page, 422 if found else status)


def _steps(session: Session, found: Sequence[rights.RightsStep]) -> tuple[Step, ...]:
    names = staff.names(session)
    the_person = _("the person")
    return tuple(
        Step(
            each.at,
            _(STEPS.get(each.step, each.step)),
            the_person if each.actor == rights.THE_PERSON else names.get(each.actor, each.actor),
        )
        for each in found
    )


def _done(site: Site, request_id: str, said: str) -> Response:
    return done(url_for("console_rights.show", site_key=site.key, request_id=request_id), said)
