"""Notices for programs: drafted, looked at by the rules, compared, published, scheduled."""

from typing import Any

from flask_smorest import Blueprint
from sqlalchemy.orm import Session

from consent import clock, ledger, notices, sites, snippet, staff
from consent.errors import InvalidFieldsError, NotFoundError
from consent.notices import NoticeVersion, wire
from consent.notices.schemas import NoticeSchema
from consent.sites import Site
from consent.staff import Ability
from consent.web.api import guards
from consent.web.api.pages import PageSchema, linked
from consent.web.problems import problems
from consent.web.services import services

door = Blueprint(
    "api_notices",
    __name__,
    url_prefix="/api/v1/sites/<site_key>/notices",
    description="Notices: what is asked",
)
LARGEST = 999_999_999


@door.get("/draft")
@guards.token(Ability.DRAFT)
@door.doc(summary="Read the draft", operationId="readDraft")
@door.response(200, wire.NoticeDraftSchema)
@problems(door, 401, 403, 404)
def read_draft(site: Site) -> Any:
    """Return the draft, or the live notice where nobody has drafted another."""
    with services().database.reading() as session:
        return _draft(session, site)


@door.put("/draft")
@guards.token(Ability.DRAFT)
@door.doc(summary="Replace the draft", operationId="replaceDraft")
@door.arguments(NoticeSchema)
@door.response(200, wire.NoticeDraftSchema)
@problems(door, 400, 401, 403, 404, 422)
def replace_draft(given: dict[str, Any], site: Site) -> Any:
    """Keep a whole notice as the draft; visitors see nothing of it until it is published."""
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        notices.draft(session, fresh, given)
        answer = _draft(session, fresh)
        facts = {"digest": answer["digest"], "site": site.key}
        log_id = ledger.log_id_of(session, site.id)
        staff.note(session, log_id, "notice.draft", facts, guards.current().actor)
    return answer


@door.get("/draft/lint")
@guards.token(Ability.DRAFT)
@door.doc(summary="Look at the draft by the rules", operationId="lintDraft")
@door.arguments(wire.NoticeLintSchema, location="query")
@door.response(200, wire.NoticeFindingListSchema)
@problems(door, 401, 403, 404, 422)
def lint_draft(wanted: dict[str, Any], site: Site) -> Any:
    """Return what regulators' rules find; publishing refuses each `refuse` not overridden."""
    with services().database.reading() as session:
        found = notices.draft_found(session, site)
    return {"items": notices.lint(found.document, languages=wanted["language"])}


@door.get("/draft/diff")
@guards.token(Ability.DRAFT)
@door.doc(summary="What publishing would change", operationId="diffDraft")
@door.response(200, wire.NoticeChangeListSchema)
@problems(door, 401, 403, 404)
def diff_draft(site: Site) -> Any:
    """Return the draft's differences to the live notice, in words."""
    with services().database.reading() as session:
        found = notices.draft_found(session, site)
    return {"items": notices.diff(found.live_document, notices.completed(found.document))}


@door.get("/versions")
@guards.token(Ability.LOOK)
@door.doc(summary="List the versions", operationId="listVersions")
@door.arguments(PageSchema, location="query")
@door.response(200, wire.NoticeVersionListSchema)
@problems(door, 401, 403, 404, 422)
def versions(wanted: dict[str, Any], site: Site) -> Any:
    """Return what was published, newest first."""
    limit = wanted["limit"]
    before = _cursor(wanted.get("cursor"))
    with services().database.reading() as session:
        found = notices.history(session, site.id, before=before, limit=limit + 1)
    items = [_facts(each) for each in found[:limit]]
    return linked(items, str(found[limit - 1].version) if len(found) > limit else None)


@door.post("/versions")
@guards.token(Ability.PUBLISH)
@door.doc(summary="Publish the draft", operationId="publishNotice")
@door.arguments(wire.PublicationTermsSchema)
@door.response(201, wire.NoticeVersionSchema)
@problems(door, 400, 401, 403, 404, 422)
def publish(given: dict[str, Any], site: Site) -> Any:
    """Publish the draft as the next version; one equal to the live one makes none."""
    core, public_url = snippet.core(), services().settings.public_url
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        _is_still(session, fresh, given.pop("digest", None))
        actor = guards.current().actor
        version = notices.publish(session, fresh, public_url, **given, actor=actor)
        snippet.release(session, fresh, version, core, public_url)
    return _facts(version)


@door.get("/versions/<int:number>")
@guards.token(Ability.LOOK)
@door.doc(summary="Read a version", operationId="readVersion")
@door.response(200, wire.NoticeVersionWholeSchema)
@problems(door, 401, 403, 404)
def read(site: Site, number: int) -> Any:
    """Return a version with its document and the hashes of its pictures."""
    with services().database.reading() as session:
        found = notices.published_or_refuse(session, site.id, min(number, LARGEST))
        hashes = notices.pictures(session, site.id, found.version)
    return {**_facts(found), "pictures": hashes, "document": ledger.parse(found.document)}


@door.get("/versions/<int:number>/diff")
@guards.token(Ability.LOOK)
@door.doc(summary="What a version changed", operationId="diffVersion")
@door.arguments(wire.NoticeDifferenceSchema, location="query")
@door.response(200, wire.NoticeChangeListSchema)
@problems(door, 401, 403, 404, 422)
def diff(wanted: dict[str, Any], site: Site, number: int) -> Any:
    """Return the differences to an earlier version, in words; the first has none."""
    number = min(number, LARGEST)
    since = wanted.get("since", number - 1)
    with services().database.reading() as session:
        after = notices.published_or_refuse(session, site.id, number)
        before = notices.published_or_refuse(session, site.id, since) if since else None
    documents: list[Any] = [
        ledger.parse(each.document) if each else None for each in (before, after)
    ]
    return {"items": notices.diff(*documents)}


@door.get("/schedule")
@guards.token(Ability.LOOK)
@door.doc(summary="Read the schedule", operationId="readSchedule")
@door.response(200, wire.PublicationPlannedSchema)
@problems(door, 401, 403, 404)
def scheduled(site: Site) -> Any:
    """Return what is to be published by itself, or why it was not."""
    with services().database.reading() as session:
        found = notices.scheduled(session, site.id)
    if found is None:
        raise NotFoundError
    return _planned(found)


@door.put("/schedule")
@guards.token(Ability.PUBLISH)
@door.doc(summary="Publish at a moment", operationId="schedulePublication")
@door.arguments(wire.PublicationPlanSchema)
@door.response(200, wire.PublicationPlannedSchema)
@problems(door, 400, 401, 403, 404, 422)
def schedule(given: dict[str, Any], site: Site) -> Any:
    """Publish the draft as it is now at a moment; one that changes meanwhile is not published."""
    public_url = services().settings.public_url
    with services().database.transaction() as session:
        fresh = sites.find(session, site.key)
        _is_still(session, fresh, given.pop("digest", None))
        moment, actor = given.pop("publish_at"), guards.current().actor
        made = notices.schedule(session, fresh, moment, **given, actor=actor, public_url=public_url)
    return _planned(made)


@door.delete("/schedule")
@guards.token(Ability.PUBLISH)
@door.doc(summary="Take the schedule back", operationId="unschedulePublication")
@door.response(204)
@problems(door, 401, 403, 404)
def unschedule(site: Site) -> None:
    """Publish nothing by itself."""
    with services().database.transaction() as session:
        notices.unschedule(session, site, actor=guards.current().actor)


def _draft(session: Session, site: Site) -> dict[str, Any]:
    found = notices.draft_found(session, site)
    return {
        "digest": notices.digest_of(found.document),
        "is_pending": found.is_pending,
        "updated_at": clock.to_text(found.updated_at) if found.updated_at else None,
        "document": found.document,
    }


def _is_still(session: Session, site: Site, digest: str | None) -> None:
    found = notices.draft_found(session, site)
    if digest is not None and digest != notices.digest_of(found.document):
        raise InvalidFieldsError({"digest": "The draft is another one by now: read it again."})


def _facts(found: NoticeVersion | notices.Publication) -> dict[str, Any]:
    return {
        "version": found.version,
        "digest": found.digest,
        "published_at": clock.to_text(found.created_at),
        "reason": found.reason,
        "actor": found.actor,
        "ask_again": found.ask_again,
        "overridden": dict(found.overridden),
    }


def _planned(found: notices.NoticeSchedule) -> dict[str, Any]:
    return {
        "publish_at": clock.to_text(found.publish_at),
        "reason": found.reason,
        "ask_again": found.ask_again,
        "failed": found.failed,
    }


def _cursor(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdecimal()):
        raise InvalidFieldsError({"cursor": "Use the link of the page before."})
    return min(int(text), LARGEST)
