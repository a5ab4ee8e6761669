"""The audit trail: who did what, when, with what before and after; each a leaf of the log."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import urlencode

from flask import Blueprint, Response, request, stream_with_context, url_for
from sqlalchemy.orm import Session

from consent import clock, exports, ledger, sites, staff
from consent.errors import InvalidFieldsError
from consent.staff import Ability, StaffEvent, Trail
from consent.web import headers, inputs
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, problems, render
from consent.web.console.words import _
from consent.web.services import services

door = Blueprint("console_trail", __name__)
AT_ONCE = 50
MOST_AT_ONCE = 1000


@dataclass(frozen=True)
class Row:
    """An act in the list."""

    event: StaffEvent
    who: str
    site: str
    facts: str
    details: str


@dataclass(frozen=True, kw_only=True)
class TrailPage(ConsolePage):
    """Acts of staff, newest first."""

    template: ClassVar[str] = "console/trail/trail.html"
    section: ClassVar[str] = "trail"
    rows: tuple[Row, ...]
    actors: tuple[tuple[str, str], ...]
    places: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    older_url: str | None
    csv_url: str
    log_url: str
    problems: Mapping[str, list[str]] | None = None


@door.get("/console/trail")
@guards.staff(Ability.TRAIL)
def show() -> Response:
    """Search the trail."""
    found: Mapping[str, list[str]] | None = None
    with services().database.reading() as session:
        try:
            events = staff.events(session, asked(session), AT_ONCE + 1)
        except InvalidFieldsError as error:
            events, found = [], problems(error)
        page = _page(session, events, found)
    return render(page, 422 if found else 200)


@door.get("/console/trail.csv")
@guards.staff(Ability.TRAIL)
def export() -> Response:
    """Hand over the acts that match, oldest last, as a table."""
    with services().database.reading() as session:
        wanted = asked(session)
        places = {site.id: site.key for site in sites.all_sites(session)}
        who = staff.names(session)
    with services().database.transaction() as session:
        details = {"conditions": {key: value for key, value in request.args.items() if value}}
        log_id = ledger.instance_log(session)
        staff.note(session, log_id, "trail.export", {}, guards.current().actor, details=details)
    body = stream_with_context(_lines(wanted, places, who))
    answer = Response(body, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="audit-trail.csv"'
    return headers.apply(answer, headers.API)


def asked(session: Session) -> Trail:
    """Return what the address asks for; names each field that makes no sense."""
    wrong: dict[str, object] = {}
    place, verb = request.args.get("site", ""), request.args.get("verb", "").strip()
    keys = {site.key: site.id for site in sites.all_sites(session)}
    if place and place not in keys:
        wrong["site"] = [_("Choose one of the list.")]
    if not verb.isprintable() or len(verb) > 60:
        wrong["verb"] = [_("Give the kind of act, such as notice.publish, or notice. for all.")]
    actor = request.args.get("actor", "")
    if not actor.isprintable() or len(actor) > 60:
        wrong["actor"] = [_("Choose one of the list.")]
    cursor = request.args.get("cursor", "")
    before = inputs.whole(cursor, 15)
    if cursor and before is None:
        wrong["cursor"] = [_("Begin with the first page again.")]
    start, end = _day("from", wrong), _day("to", wrong)
    if wrong:
        raise InvalidFieldsError(wrong)
    return Trail(
        actor=actor or None,
        verb=verb or None,
        site_id=keys.get(place),
        start=start,
        end=end + timedelta(days=1) if end else None,
        before=before,
    )


def _day(name: str, wrong: dict[str, object]) -> datetime | None:
    given = request.args.get(name, "")
    if not given:
        return None
    try:
        day = datetime.strptime(given, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError:
        day = None
    if day is None or not 1970 <= day.year < 9999:
        wrong[name] = [_("Give a day such as 2026-11-30.")]
        return None
    return day


def _page(
    session: Session, events: Sequence[StaffEvent], found: Mapping[str, list[str]] | None
) -> TrailPage:
    every = sites.all_sites(session)
    places = {site.id: site.key for site in every}
    who = staff.names(session)
    kept = {key: value for key, value in request.args.items() if value and key != "cursor"}
    has_more = len(events) > AT_ONCE
    shown = events[:AT_ONCE]
    older = _url("console_trail.show", {**kept, "cursor": str(shown[-1].id)}) if has_more else None
    return TrailPage(
        title=_("Audit trail"),
        rows=tuple(_row(each, places, who) for each in shown),
        actors=(("", _("everybody")), *sorted(who.items(), key=lambda pair: pair[1])),
        places=(("", _("everywhere")), *((site.key, site.name) for site in every)),
        given=request.args,
        older_url=older,
        csv_url=_url("console_trail.export", kept),
        log_url=f"{services().settings.public_url}/log/{ledger.INSTANCE}/checkpoint",
        problems=found,
    )


def _url(endpoint: str, conditions: Mapping[str, str]) -> str:
    # Not as arguments of `url_for`: what somebody else wrote into the address is text alone.
    return f"{url_for(endpoint)}?{urlencode(conditions)}"


def _row(event: StaffEvent, places: Mapping[int, str], who: Mapping[str, str]) -> Row:
    return Row(
        event,
        who.get(event.actor, event.actor),
        places.get(event.site_id, "") if event.site_id else "",
        _written({key: value for key, value in event.facts.items() if key != "details"}),
        _written(event.details or {}),
    )


def _written(facts: Mapping[str, object]) -> str:
    return ", ".join(
        f"{key}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for key, value in facts.items()
    )


def _lines(wanted: Trail, places: Mapping[int, str], who: Mapping[str, str]) -> Iterator[str]:
    yield _csv(["at", "actor", "name", "verb", "site", "facts", "details"])
    cursor = wanted.before
    while True:
        with services().database.reading() as session:
            page = Trail(
                wanted.actor, wanted.verb, wanted.site_id, wanted.start, wanted.end, cursor
            )
            events = staff.events(session, page, MOST_AT_ONCE)
        for each in events:
            row = _row(each, places, who)
            details = json.dumps(each.details, ensure_ascii=False) if each.details else ""
            facts = json.dumps(each.facts, ensure_ascii=False)
            cells = [clock.to_text(each.at), each.actor, row.who, each.verb, row.site]
            yield _csv([*cells, facts, details])
        if len(events) < MOST_AT_ONCE:
            return
        cursor = events[-1].id


def _csv(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([exports.guarded(each) for each in cells])
    return line.getvalue()
