"""Publish a notice: what the linter finds, what changes, whom to ask again, now or at a moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from flask import Blueprint, Response, request, url_for

from consent import notices, sites, snippet
from consent.errors import InvalidFieldsError, NoticeError, NoticeRefusedError
from consent.notices import AskAgain, Change, DraftFound, Finding, NoticeSchedule
from consent.sites import Site
from consent.staff import Ability
from consent.web import inputs
from consent.web.console import guards
from consent.web.console.frame import ConsolePage, done, problems, render, says
from consent.web.console.words import N_, _, told
from consent.web.services import services

door = Blueprint("console_publishing", __name__)
MOST_SHOWN = 200
MOST_NAMED = 8
OVERRIDE = "override-"

says(
    {
        "notice.published": N_("It is published: visitors see it within five minutes."),
        "notice.unchanged": N_("Nothing was published: the draft says what is live already."),
        "notice.scheduled": N_("It is scheduled: what you have just looked at is published then."),
        "notice.unscheduled": N_("The schedule is taken back: nothing is published by itself."),
    }
)
ASKING = (
    (
        AskAgain.NOBODY,
        N_("Nobody"),
        N_("All choices stand. A category that is new is asked about in any case."),
    ),
    (
        AskAgain.CHANGED,
        N_("Only what changed"),
        N_("Whoever agreed is asked about what goes further, and keeps all other answers."),
    ),
    (
        AskAgain.EVERYBODY,
        N_("Everybody"),
        N_("All visitors see the banner again. Until they answer, their choices stand."),
    ),
)


@dataclass(frozen=True)
class Broken:
    """A rule that refuses, with all places where it is broken."""

    rule: str
    message: str
    source: str
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True, kw_only=True)
class PublishPage(ConsolePage):
    """All there is to know before publishing, and the form."""

    template: ClassVar[str] = "console/versions/publish.html"
    section: ClassVar[str] = "publish"
    draft: str
    number: int | None
    is_pending: bool
    refused: tuple[Broken, ...]
    warned: tuple[Broken, ...]
    changes: tuple[Change, ...]
    more: int
    asked: tuple[str, ...]
    asking: tuple[tuple[str, str, str], ...]
    schedule: NoticeSchedule | None
    may_publish: bool
    given: Mapping[str, str]
    problems: Mapping[str, list[str]] | None = None


@dataclass(frozen=True, kw_only=True)
class NoDraftPage(ConsolePage):
    """There is nothing to publish, or the draft breaks a rule of the notice's form."""

    template: ClassVar[str] = "console/versions/nothing.html"
    section: ClassVar[str] = "publish"
    problem: str


@door.get("/console/sites/<site_key>/publish")
@guards.staff(Ability.DRAFT)
def look(site: Site) -> Response:
    """Show what would be published."""
    return _page(site, {"ask_again": AskAgain.CHANGED})


@door.post("/console/sites/<site_key>/publish")
@guards.staff(Ability.PUBLISH)
def publish(site: Site) -> Response:
    """Publish the draft that was looked at, now or at a moment."""
    form = request.form
    terms: dict[str, Any] = {
        "reason": form.get("reason"),
        "ask_again": form.get("ask_again", ""),
        "overrides": _overrides(),
        "actor": guards.current().actor,
    }
    try:
        if form.get("do") == "schedule":
            _schedule(site, terms)
            url = url_for("console_publishing.look", site_key=site.key)
            return done(url, "notice.scheduled")
        number, is_new = _publish(site, terms)
    except (InvalidFieldsError, NoticeError) as error:
        return _page(site, form, _wrong(error))
    url = url_for("console_versions.show", site_key=site.key, number=number)
    return done(url, "notice.published" if is_new else "notice.unchanged")


@door.post("/console/sites/<site_key>/publish/unschedule")
@guards.staff(Ability.PUBLISH)
def unschedule(site: Site) -> Response:
    """Take a schedule back."""
    with services().database.transaction() as session:
        notices.unschedule(session, site, actor=guards.current().actor)
    return done(url_for("console_publishing.look", site_key=site.key), "notice.unscheduled")


def _publish(site: Site, terms: dict[str, Any]) -> tuple[int, bool]:
    public_url = services().settings.public_url
    core = snippet.core()
    with services().database.transaction() as session:
        # As it is now, origins included: what the guard remembers may be a minute old.
        fresh = sites.find(session, site.key)
        _is_looked_at(notices.draft_found(session, fresh))
        before = notices.current(session, fresh.id)
        version = notices.publish(session, fresh, public_url, **terms)
        snippet.release(session, fresh, version, core, public_url)
    return version.version, before is None or before.version != version.version


def _schedule(site: Site, terms: dict[str, Any]) -> None:
    moment = _moment(request.form.get("publish_at", ""))
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        _is_looked_at(notices.draft_found(session, fresh))
        public_url = services().settings.public_url
        notices.schedule(session, fresh, moment, public_url=public_url, **terms)


def _is_looked_at(found: DraftFound) -> None:
    if not (request.form.get("reason") or "").strip():
        raise InvalidFieldsError({"reason": _("Say why: staff and auditors read it later.")})
    if request.form.get("draft") != notices.digest_of(found.document):
        raise InvalidFieldsError(
            {"draft": _("Somebody changed the draft meanwhile. Look at it once more: this is it.")}
        )


def _moment(text: str) -> datetime:
    found = inputs.moment(text)
    if found is None:
        raise InvalidFieldsError({"publish_at": _("Give day and time in UTC.")})
    return found


def _overrides() -> dict[str, str]:
    return {
        name.removeprefix(OVERRIDE): text
        for name, text in request.form.items()
        if name.startswith(OVERRIDE) and text.strip()
    }


def _wrong(error: InvalidFieldsError | NoticeError) -> dict[str, list[str]]:
    if isinstance(error, NoticeRefusedError):
        said = _("Mend it, or write down why it is published all the same.")
        return {f"{OVERRIDE}{rule}": [said] for rule in error.rules}
    if isinstance(error, NoticeError):
        return {"draft": [told(error.message)]}
    return {name.replace("overrides.", OVERRIDE): said for name, said in problems(error).items()}


def _page(
    site: Site, given: Mapping[str, str], wrong: Mapping[str, list[str]] | None = None
) -> Response:
    with services().database.reading() as session:
        fresh = sites.find(session, site.key)
        found = notices.draft_found(session, fresh)
        schedule = notices.scheduled(session, site.id)
        problem = _unready(found, lambda: notices.drafted(session, fresh))
    if problem:
        return render(NoDraftPage(title=_("Publish"), site=site, problem=problem))
    whole = notices.completed(found.document)
    findings = notices.lint(found.document)
    changes = notices.diff(found.live_document, whole)
    page = PublishPage(
        title=_("Publish"),
        site=site,
        draft=notices.digest_of(found.document),
        number=found.live.version if found.live else None,
        is_pending=found.is_pending,
        refused=_broken(findings, "refuse"),
        warned=_broken(findings, "warn"),
        changes=changes[:MOST_SHOWN],
        more=max(0, len(changes) - MOST_SHOWN),
        asked=tuple(dict.fromkeys(each.what for each in changes if each.matters)),
        asking=tuple((key.value, _(name), _(hint)) for key, name, hint in ASKING),
        schedule=schedule,
        may_publish=guards.current().may(Ability.PUBLISH, site.id),
        given=given,
        problems=wrong,
    )
    return render(page, 422 if wrong else 200)


def _unready(found: DraftFound, drafted: Any) -> str:
    """Return why there is nothing to look at: no draft was ever kept, or it breaks the form."""
    if found.updated_at is None:
        return _("Nobody has changed the notice yet, so there is nothing to publish.")
    try:
        drafted()
    except NoticeError as error:
        return told(error.message)
    return ""


def _broken(findings: tuple[Finding, ...], level: str) -> tuple[Broken, ...]:
    found: dict[str, list[Finding]] = {}
    for each in findings:
        if each.level == level:
            found.setdefault(each.rule, []).append(each)
    return tuple(
        Broken(
            rule,
            _(some[0].message),
            some[0].source,
            tuple((".".join(map(str, each.path)), each.measured or "") for each in some)[
                :MOST_NAMED
            ],
        )
        for rule, some in found.items()
    )
