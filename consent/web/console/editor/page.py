"""What every page of the editor shares: its tabs, where the draft stands, saving, trouble."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, request, url_for

from consent import ledger, notices, sites, staff
from consent.errors import DraftChangedError, InvalidFieldsError, NoticeError
from consent.notices import Change, DraftFound, Finding
from consent.notices.editing import PARTS, Document, seen
from consent.sites import Site
from consent.web.console import guards, visitors
from consent.web.console.frame import ConsolePage, done, flat, problems, says
from consent.web.console.words import N_, _
from consent.web.services import services

door = Blueprint("console_editor", __name__)

says({"draft.kept": N_("The draft is kept. Visitors see it once it is published.")})

Edit = Callable[[Document], Document]
MOST_NOTED, MOST_SHOWN = 200, 12
TABS = {
    "": N_("Overview"),
    "categories": N_("Categories"),
    "cookies": N_("Cookies"),
    "vendors": N_("Vendors"),
    "texts": N_("Texts"),
    "look": N_("Look"),
    "regions": N_("Regions"),
    "options": N_("Options"),
}
# Which page of the editor shows what the linter finds at a place of the document.
PAGE_OF = {
    "categories": "categories",
    "cookies": "cookies",
    "vendors": "vendors",
    "texts": "texts",
    "theme": "look",
    "layout": "look",
    "logo_url": "look",
    "regions": "regions",
    "options": "options",
    "expiry": "options",
    "policy_url": "options",
    "default_language": "options",
}


@dataclass(frozen=True)
class Tab:
    """A page of the editor, and how much the linter has to say about its part."""

    name: str
    url: str
    is_current: bool
    findings: int


@dataclass(frozen=True)
class Note:
    """What the linter found, beside the field it concerns."""

    name: str
    place: str
    level: str
    message: str
    source: str
    measured: str


@dataclass(frozen=True)
class Trouble:
    """Why a form was not kept: fields that are wrong, or somebody else's change."""

    problems: Mapping[str, list[str]] = field(default_factory=dict)
    theirs: tuple[Change, ...] = ()
    was: str = ""
    status: int = 200


@dataclass(frozen=True, kw_only=True)
class EditorPage(ConsolePage):
    """What every page of the editor has."""

    section: ClassVar[str] = "notice"
    part: str
    was: str
    tabs: tuple[Tab, ...]
    notes: tuple[Note, ...]
    is_pending: bool
    updated_at: datetime | None
    live_version: int | None
    visitors: visitors.Choice
    problems: Mapping[str, list[str]]
    theirs: tuple[Change, ...]

    def notes_on(self, *names: object) -> tuple[Note, ...]:
        """Return what the linter says about a field."""
        wanted = {str(name) for name in names}
        return tuple(note for note in self.notes if note.name in wanted or note.place in wanted)


NO_TROUBLE = Trouble()


def draft_of(site: Site) -> DraftFound:
    """Return a site's draft."""
    with services().database.reading() as session:
        return notices.draft_found(session, sites.find(session, site.key))


def common(
    site: Site, found: DraftFound, part: str, title: str, trouble: Trouble = NO_TROUBLE
) -> dict[str, Any]:
    """Return what every page of the editor has, for one part of a draft."""
    findings = notices.lint(found.document)
    return {
        "title": title,
        "site": site,
        "part": part,
        "was": trouble.was or (seen(found.document, part) if part in PARTS else ""),
        "tabs": _tabs(site, part, findings),
        "notes": tuple(note_of(each) for each in findings if not part or _page_of(each) == part),
        "is_pending": found.is_pending,
        "updated_at": found.updated_at,
        "live_version": found.live.version if found.live else None,
        "visitors": visitors.choice(found.document),
        "problems": trouble.problems,
        "theirs": trouble.theirs,
    }


def keep(
    site: Site, part: str, edit: Edit, again: Callable[[Trouble], Response], url: str = ""
) -> Response:
    """Keep an edit in the draft; where that cannot be, show the form again with the trouble."""
    try:
        with services().database.transaction() as session:
            fresh = sites.find(session, site.key)
            was = request.form.get("was", "")
            change = notices.change_draft(session, fresh, edit, part=part, was=was)
            changes = notices.diff(change.before, change.after)
            if change.before != change.after:
                facts = {"part": part, "site": site.key}
                log_id, actor = ledger.log_id_of(session, site.id), guards.current().actor
                details = {"changes": [_noted(each) for each in changes[:MOST_NOTED]]}
                staff.note(session, log_id, "notice.draft", facts, actor, details=details)
    except DraftChangedError as error:
        theirs = notices.diff(error.yours, error.theirs)[:MOST_SHOWN]
        return again(Trouble({}, theirs, seen(error.theirs, part), error.status))
    except (InvalidFieldsError, NoticeError) as error:
        return again(Trouble(wrong_in(error), was=was_given(), status=error.status))
    return done(url or page_url(site, part), "draft.kept")


def was_given() -> str:
    """Return what the form says its part looked like."""
    return request.form.get("was", "")[:100]


def wrong_in(error: InvalidFieldsError | NoticeError) -> dict[str, list[str]]:
    """Return what is wrong, in one sentence a place."""
    if isinstance(error, InvalidFieldsError):
        return problems(error)
    return {str(name): flat(said)[:20] for name, said in error.problems.items()}


def page_url(site: Site, part: str, **more: Any) -> str:
    """Return the address of a page of the editor."""
    endpoint = f"console_editor.show_{part}" if part else "console_editor.show"
    return url_for(endpoint, site_key=site.key, **more)


def note_of(finding: Finding) -> Note:
    """Return a finding as a page shows it: under the field's name, and under its whole place."""
    steps = [str(step) for step in finding.path]
    return Note(
        name=steps[-1] if steps else "",
        place=".".join(steps),
        level=finding.level,
        message=_(finding.message),
        source=finding.source,
        measured=finding.measured or "",
    )


def _tabs(site: Site, part: str, findings: Sequence[Finding]) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            _(name),
            page_url(site, key),
            key == part,
            sum(1 for each in findings if key and _page_of(each) == key),
        )
        for key, name in TABS.items()
    )


def _page_of(finding: Finding) -> str:
    return PAGE_OF.get(str(finding.path[0]), "") if finding.path else ""


def _noted(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "what": change.what,
        "before": change.before,
        "after": change.after,
    }
