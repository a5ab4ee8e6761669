"""Legal holds: what may not be erased for now, whom or which time they keep, and their end."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from flask import Blueprint, Response, request, url_for

from consent import records, rights
from consent.errors import InvalidFieldsError
from consent.records import LegalHold, Scope
from consent.sites import Site
from consent.staff import Ability
from consent.web import inputs
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.person import number
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_holds", __name__)
LONGEST_SUBJECT = 100

says(
    {
        "hold.added": N_("The hold is in force: nothing that it covers is erased."),
        "hold.released": N_("The hold is released: what it kept can be erased again."),
    }
)


@dataclass(frozen=True, kw_only=True)
class HoldList(ConsolePage):
    """Every hold of a site, those in force first, and the form for a new one."""

    template: ClassVar[str] = "console/holds/list.html"
    section: ClassVar[str] = "holds"
    in_force: tuple[LegalHold, ...]
    released: tuple[LegalHold, ...]
    may_fulfil: bool
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/sites/<site_key>/holds")
@guards.staff(Ability.READ)
def show_all(site: Site) -> Response:
    """List the holds of a site."""
    given = {"subject": request.args.get("subject", "")[:LONGEST_SUBJECT]}
    return _list(site, given)


@door.post("/console/sites/<site_key>/holds")
@guards.staff(Ability.FULFIL)
def add(site: Site) -> Response:
    """Hold a site's records, a person's, or those of a period."""
    scope, wrong = _scope()
    if scope is None:
        return _list(site, request.form, wrong)
    reason = request.form.get("reason", "")
    try:
        with services().database.transaction() as session:
            rights.hold(session, site, scope, reason, guards.current().actor)
    except InvalidFieldsError as error:
        return _list(site, request.form, _named(error))
    return done(url_for("console_holds.show_all", site_key=site.key), "hold.added")


@door.post("/console/sites/<site_key>/holds/<hold_id>/release")
@guards.staff(Ability.FULFIL)
def release(site: Site, hold_id: str) -> Response:
    """End a hold, with a reason."""
    found = number(hold_id)
    reason = request.form.get("reason", "")
    try:
        with services().database.transaction() as session:
            rights.release(session, site, found, reason, guards.current().actor)
    except InvalidFieldsError as error:
        said = {f"reason-{found}": problems(error).get("reason", [])}
        return _list(site, {f"reason-{found}": reason}, said)
    return done(url_for("console_holds.show_all", site_key=site.key), "hold.released")


def _scope() -> tuple[Scope | None, dict[str, list[str]]]:
    """Return what the form covers, or what is wrong with its fields."""
    form = request.form
    wrong: dict[str, list[str]] = {}
    subject = form.get("subject", "").strip()
    if len(subject) > LONGEST_SUBJECT or not subject.isprintable():
        wrong["subject"] = [_("Use the person's id, s_ and 22 letters and digits.")]
    start, end = _moment("start", wrong), _moment("end", wrong)
    return None if wrong else Scope(subject or None, start, end), wrong


def _moment(name: str, wrong: dict[str, list[str]]) -> datetime | None:
    text = request.form.get(name, "").strip()
    if not text:
        return None
    found = inputs.moment(text)
    if found is None:
        wrong[name] = [_("Use a day such as 2026-11-30, between 1971 and 2999.")]
    return found


def _named(error: InvalidFieldsError) -> dict[str, list[str]]:
    """Name the fields as the form does: the command's options have other names."""
    found = problems(error)
    if "to" in found:
        found["end"] = [_("Choose a day after the first one.")]
        del found["to"]
    if "subject" in found:
        found["subject"] = [_("This site knows no such person: look once more at the id.")]
    return found


def _list(
    site: Site, given: Mapping[str, str], found: Mapping[str, list[str]] | None = None
) -> Response:
    with services().database.reading() as session:
        every = records.holds_of(session, site)
    page = HoldList(
        title=_("Legal holds"),
        site=site,
        in_force=tuple(each for each in every if each.released_at is None),
        released=tuple(each for each in every if each.released_at is not None)[::-1],
        may_fulfil=guards.current().may(Ability.FULFIL, site.id),
        given=given,
        problems=found,
    )
    return render(page, 422 if found else 200)
