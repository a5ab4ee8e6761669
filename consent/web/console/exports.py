"""Exports: asked for with their conditions, watched while they are made, downloaded, stopped."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from flask import Blueprint, Response, request, url_for
from sqlalchemy.orm import Session

from consent import exports, records, staff
from consent.errors import InvalidFieldsError
from consent.exports import Asked, Export, State
from consent.records import Search
from consent.sites import Site
from consent.staff import Ability
from consent.web import downloads, headers
from consent.web.console import guards
from consent.web.console.export_words import BADGES, CONDITIONS, FORMATS, STATES
from consent.web.console.frame import ConsolePage, done, number, problems, render, says
from consent.web.console.words import N_, _, ngettext
from consent.web.services import services

door = Blueprint("console_exports", __name__)
AT_ONCE = 25
# Of the page, not of what is searched for.
_OWN = frozenset({"form", "format", "count", "cursor", "said"})

says(
    {
        "export.started": N_("The export is asked for. It is made in the background."),
        "export.stopped": N_("The export is stopped. Nothing of it is kept."),
    }
)


@dataclass(frozen=True)
class Row:
    """An export as it is shown."""

    export: Export
    kind: str
    state: str
    badge: str
    progress: str
    conditions: tuple[tuple[str, str], ...]
    who: str
    is_open: bool
    is_here: bool


@dataclass(frozen=True, kw_only=True)
class ExportList(ConsolePage):
    """The form for a new export, and those there are."""

    template: ClassVar[str] = "console/exports/list.html"
    section: ClassVar[str] = "exports"
    rows: tuple[Row, ...]
    older_url: str | None
    formats: tuple[tuple[str, str], ...]
    given: Mapping[str, str]
    others: tuple[tuple[str, str, str], ...]
    expected: str
    days: int
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class ExportPage(ConsolePage):
    """One export."""

    template: ClassVar[str] = "console/exports/export.html"
    section: ClassVar[str] = "exports"
    row: Row
    vkey: str


@door.get("/console/sites/<site_key>/exports")
@guards.staff(Ability.EXPORT)
def show_all(site: Site) -> Response:
    """Show the form, with how many records its conditions match, and the exports there are."""
    return _list(site, _given(request.args))


@door.post("/console/sites/<site_key>/exports")
@guards.staff(Ability.EXPORT, fresh=True)
def start(site: Site) -> Response:
    """Ask for an export."""
    given = _given(request.form)
    try:
        search = _search(site, given)
        asked = Asked(given.get("format", ""), search)
        with services().database.transaction() as session:
            export = downloads.begin(session, site, asked, guards.current().actor)
    except InvalidFieldsError as error:
        return _list(site, given, problems(error))
    return done(_url("show", site, export), "export.started")


@door.get("/console/sites/<site_key>/exports/<uuid:export_id>")
@guards.staff(Ability.EXPORT)
def show(site: Site, export_id: UUID) -> Response:
    """Show one export: how far it is, its file, and how to check it."""
    settings = services().settings
    with services().database.reading() as session:
        export = exports.find(session, site.id, export_id)
        row = _row(export, staff.names(session))
    keys_url = f"{settings.public_url}/log/{site.key}/keys.json"
    return render(ExportPage(title=row.kind, site=site, row=row, vkey=keys_url))


@door.get("/console/sites/<site_key>/exports/progress")
@guards.staff(Ability.EXPORT)
def progress(site: Site) -> Response:
    """Say how far the exports are that were asked for last, for the page's script."""
    with services().database.reading() as session:
        found = exports.listed(session, site.id, limit=AT_ONCE)
    said = [
        {
            "id": str(each.id),
            "open": _is_open(each),
            "done": each.written,
            "of": each.counted,
            "text": _progress(each),
        }
        for each in found
    ]
    return headers.json_answer({"items": said})


@door.post("/console/sites/<site_key>/exports/<uuid:export_id>/cancel")
@guards.staff(Ability.EXPORT)
def stop(site: Site, export_id: UUID) -> Response:
    """Stop an export."""
    with services().database.transaction() as session:
        export = exports.find(session, site.id, export_id, locked=True)
        exports.cancel(session, export)
        downloads.note(session, site, "export.cancel", export, guards.current().actor)
    return done(_url("show", site, export), "export.stopped")


@door.get("/console/sites/<site_key>/exports/<uuid:export_id>/file")
@guards.staff(Ability.EXPORT, fresh=True)
def download(site: Site, export_id: UUID) -> Response:
    """Hand over the file."""
    with services().database.reading() as session:
        export = exports.find(session, site.id, export_id)
    return downloads.file_answer(site, export, guards.current().actor)


@door.get("/console/sites/<site_key>/exports/<uuid:export_id>/manifest")
@guards.staff(Ability.EXPORT)
def manifest(site: Site, export_id: UUID) -> Response:
    """Hand over the manifest."""
    with services().database.reading() as session:
        export = exports.find(session, site.id, export_id)
    return downloads.manifest_answer(export)


def _given(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: value.strip() for name, value in sent.items() if value.strip()}


def _search(site: Site, given: Mapping[str, str]) -> Search:
    return records.asked(site.id, {k: v for k, v in given.items() if k not in _OWN})


def _list(
    site: Site, given: Mapping[str, str], wrong: Mapping[str, list[str]] | None = None
) -> Response:
    with services().database.reading() as session:
        expected = ""
        if wrong is None:
            try:
                before = records.place(given.get("cursor", ""))
                expected = _expected(session, site, given)
            except InvalidFieldsError as error:
                wrong = problems(error)
        before = None if wrong else before
        found = exports.listed(session, site.id, before=before, limit=AT_ONCE + 1)
        who = staff.names(session)
    shown = found[:AT_ONCE]
    older = url_for("console_exports.show_all", site_key=site.key)
    page = ExportList(
        title=_("Exports"),
        site=site,
        rows=tuple(_row(each, who) for each in shown),
        older_url=f"{older}?cursor={shown[-1].id}" if len(found) > AT_ONCE else None,
        formats=_formats(),
        given=given,
        others=tuple(
            (name, _(CONDITIONS[name]), value)
            for name, value in given.items()
            if name in CONDITIONS
        ),
        expected=expected,
        days=services().settings.export_days,
        problems=wrong,
    )
    return render(page, 422 if wrong else 200)


def _expected(session: Session, site: Site, given: Mapping[str, str]) -> str:
    """Return how many records the conditions match, where somebody has given any."""
    search = _search(site, given)
    if "count" not in given and not records.query_of(search):
        return ""
    count = records.count(session, search)
    text = ngettext("%(shown)s record matches now.", "%(shown)s records match now.", count)
    return text % {"shown": number(count)}


def _formats() -> tuple[tuple[str, str], ...]:
    return tuple(
        (
            each.key,
            f"{_(FORMATS[each.key])} ({_('not installed')})"
            if each.missing
            else _(FORMATS[each.key]),
        )
        for each in exports.KINDS
    )


def _row(export: Export, who: Mapping[str, str]) -> Row:
    state = State(export.state)
    return Row(
        export=export,
        kind=_(FORMATS.get(export.kind, export.kind)),
        state=_(STATES[state]),
        badge=BADGES.get(state, ""),
        progress=_progress(export),
        conditions=tuple(_conditions(export)),
        who=who.get(export.asked_by, export.asked_by),
        is_open=_is_open(export),
        is_here=state is State.DONE and export.folder is None,
    )


def _conditions(export: Export) -> Sequence[tuple[str, str]]:
    given = export.conditions
    found = []
    if given.keys() & {"from", "to"}:
        start = given.get("from", "")[:16].replace("T", " ") or _("the beginning")
        end = given.get("to", "")[:16].replace("T", " ") or _("now")
        found.append((_("period"), f"{start} - {end} UTC"))
    for name, value in given.items():
        if name in CONDITIONS:
            said = _("forgotten") if value == "forgotten" else value
            found.append((_(CONDITIONS[name]), said))
    return found


def _progress(export: Export) -> str:
    """Return in words how far an export is."""
    if export.state == State.REQUESTED:
        return _(STATES[State.REQUESTED])
    if export.counted is None:
        return _("rows are being counted") if _is_open(export) else ""
    facts = {"written": number(export.written), "counted": number(export.counted)}
    return _("%(written)s of %(counted)s rows") % facts


def _is_open(export: Export) -> bool:
    return export.state in {State.REQUESTED, State.RUNNING}


def _url(view: str, site: Site, export: Export) -> str:
    return url_for(f"console_exports.{view}", site_key=site.key, export_id=export.id)
