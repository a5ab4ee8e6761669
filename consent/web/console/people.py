"""Find a person: by the site's own customer id, or by what they noted. Nobody is found otherwise.

What is asked for travels in form bodies and is not kept; the trail says how somebody was looked
for, by whom and whether anybody was found.
"""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import ledger, records, rights, staff
from consent.errors import InvalidFieldsError, NotFoundError
from consent.records import ConsentRecord, LegalHold
from consent.rights import Demand, Kind
from consent.signing import Purpose
from consent.sites import Site
from consent.staff import Ability
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render
from consent.web.console.person import KINDS, Kept, Row, kept, row
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_people", __name__)

WAYS = {
    "customer": N_("Customer id of the site"),
    "record": N_("Record id, receipt link or text of a receipt file"),
    "key": N_("Key of their history"),
    "subject": N_("Pseudonymous id s_..."),
}
MOST_BYTES = 256 * 1024
LONGEST = 200_000
# A receipt names its record first; somebody's long text is not searched without end.
MOST_IDS = 20
_ID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_SUBJECT = re.compile(r"s_[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, kw_only=True)
class PeoplePage(ConsolePage):
    """The question, and who was found."""

    template: ClassVar[str] = "console/people/find.html"
    section: ClassVar[str] = "people"
    ways: tuple[tuple[str, str], ...]
    way: str = "customer"
    asked: str = ""
    has_key: bool
    looked: bool = False
    subject: str = ""
    kept: tuple[Kept, ...] = ()
    holds: tuple[LegalHold, ...] = ()
    state: ConsentRecord | None = None
    requests: tuple[Row, ...] = ()
    kinds: tuple[tuple[str, str], ...]
    may_fulfil: bool
    may_manage: bool
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/sites/<site_key>/people")
@guards.staff(Ability.READ)
def ask(site: Site) -> Response:
    """Ask by what the person is to be found, and say what cannot be known."""
    return _page(site)


@door.post("/console/sites/<site_key>/people")
@guards.staff(Ability.READ, most_bytes=MOST_BYTES)
def find(site: Site) -> Response:
    """Look for a person, and show what is kept of them."""
    way, asked = request.form.get("way", ""), request.form.get("asked", "").strip()
    if way not in WAYS:
        return _page(site, found={"way": [_("Choose one of the list.")]})
    if not asked or len(asked) > LONGEST:
        return _page(site, found={"asked": [_("Paste or type what the person gave you.")]})
    try:
        with services().database.transaction() as session:
            subjects = _subjects(session, site, way, asked)
            facts = {"by": way, "found": len(subjects), "site": site.key}
            log_id = ledger.log_id_of(session, site.id)
            staff.note(session, log_id, "person.find", facts, guards.current().actor)
    except InvalidFieldsError as error:
        said = [each for sentences in problems(error).values() for each in sentences]
        return _page(site, found={"asked": said})
    return _page(site, looked=True, subjects=subjects)


@door.post("/console/sites/<site_key>/people/request")
@guards.staff(Ability.FULFIL)
def open_request(site: Site) -> Response:
    """Write a request down for somebody who wrote a letter or called."""
    form = request.form
    subject = form.get("subject", "")
    if not _SUBJECT.fullmatch(subject) or form.get("kind") not in set(Kind):
        raise NotFoundError
    kind = Kind(form["kind"])
    demand = Demand(uuid.uuid4(), kind, subject, form.get("words", ""), form.get("email", ""))
    try:
        with services().database.transaction() as session:
            asked = rights.ask(session, site, demand, guards.current().actor)
    except InvalidFieldsError as error:
        return _page(site, looked=True, subjects=[subject], found=problems(error))
    url = url_for("console_rights.show", site_key=site.key, request_id=asked.request.id)
    return done(url, "rights.opened")


def _subjects(session: Session, site: Site, way: str, asked: str) -> Sequence[str]:
    """Return the subjects of whom is asked for, or none."""
    if way == "customer":
        sealer = services().sealer
        person = records.person_of_customer(session, site, sealer, asked)
        return records.subjects_tied(session, site, person) if person else ()
    if way == "record":
        subject = _of_record(session, site, asked)
    elif way == "key":
        key = asked.partition("#key=")[2] or asked
        subject = services().signer.open(Purpose.HISTORY, site.key, key.strip())
    else:
        subject = asked if _SUBJECT.fullmatch(asked) else None
    if subject is None or records.state_of(session, site.id, subject) is None:
        return ()
    return records.same_person(session, site, subject)


def _of_record(session: Session, site: Site, text: str) -> str | None:
    """Return whose record a text names: an id, a receipt's link, or a receipt as it was saved."""
    for each in _ID.findall(text)[:MOST_IDS]:
        try:
            return records.subject_of(session, site, UUID(each))
        except NotFoundError:
            continue
    return None


def _page(
    site: Site,
    *,
    looked: bool = False,
    subjects: Sequence[str] = (),
    found: Mapping[str, list[str]] | None = None,
) -> Response:
    with services().database.reading() as session:
        has_key = bool(records.subject_keys_of(session, site))
        rows, holds = kept(session, site, subjects[0]) if subjects else ([], [])
        states = [records.state_of(session, site.id, each) for each in subjects]
        asked = rights.of_person(session, site, subjects) if subjects else ()
        requests = tuple(row(each) for each in asked)
    known = [each for each in states if each is not None]
    who = guards.current()
    page = PeoplePage(
        title=_("Find a person"),
        site=site,
        ways=tuple((key, _(text)) for key, text in WAYS.items()),
        way=request.form.get("way") or "customer",
        # A customer's id is typed anew each time: it is not ours to show.
        asked=request.form.get("asked", "")[:LONGEST] if not looked or not subjects else "",
        has_key=has_key,
        looked=looked,
        subject=subjects[0] if subjects else "",
        kept=tuple(rows),
        holds=tuple(holds),
        state=max(known, key=lambda each: (each.recorded_at, each.id), default=None),
        requests=requests,
        kinds=tuple((kind.value, _(KINDS[kind])) for kind in Kind),
        may_fulfil=who.may(Ability.FULFIL, site.id),
        may_manage=who.may(Ability.MANAGE, site.id),
        problems=found,
    )
    return render(page, 422 if found else 200)
