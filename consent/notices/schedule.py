"""Publish at a moment: what was looked at is published then by the worker, or stays a draft."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from consent import clock, ledger, staff
from consent.errors import ConsentError, InvalidFieldsError, NotFoundError
from consent.notices.ask_again import AskAgain
from consent.notices.models import NoticeDraft, NoticeSchedule, NoticeVersion
from consent.notices.publish import NONE, checked_terms, drafted, guard, publish
from consent.sites import Site

FARTHEST = timedelta(days=366)


def schedule(  # noqa: PLR0913 - what a publication is remembered by
    session: Session,
    site: Site,
    moment: datetime,
    *,
    actor: str,
    public_url: str | None = None,
    reason: str | None = None,
    ask_again: str = AskAgain.NOBODY,
    overrides: Mapping[str, str] = NONE,
) -> NoticeSchedule:
    """Publish the draft as it is now at a moment, replacing an earlier schedule.

    Refuses at once what could not be published now, and a moment that has passed.
    """
    who, said = checked_terms(reason, ask_again, overrides)
    now = clock.now()
    if not now < moment <= now + FARTHEST:
        raise InvalidFieldsError({"publish_at": "Give a moment that is to come, within a year."})
    data = drafted(session, site, for_update=True)
    overridden = guard(site, data, public_url, overrides)

    # Before the row is added: reading the draft again would flush one that is not whole.
    draft_digest = _digest(session, site.id)

    made = session.get(NoticeSchedule, site.id)
    if made is None:
        made = NoticeSchedule(site_id=site.id)
        session.add(made)
    made.publish_at, made.created_at, made.failed = moment, now, None
    made.draft_digest = draft_digest
    made.public_url, made.reason, made.actor = public_url, said, actor
    made.ask_again, made.overrides = who, overridden
    session.flush()
    facts = {
        "ask_again": who,
        "at": clock.to_ms(moment),
        "draft": made.draft_digest,
        "overridden": sorted(overridden),
        "site": site.key,
    }
    _note(session, site, "notice.schedule", facts, actor, reason=said, overridden=overridden)
    return made


def unschedule(session: Session, site: Site, *, actor: str) -> None:
    """Take back what was scheduled; refuses where nothing was."""
    found = session.get(NoticeSchedule, site.id, with_for_update=True)
    if found is None:
        raise NotFoundError("Nothing is scheduled for this site.")
    session.delete(found)
    session.flush()
    _note(session, site, "notice.unschedule", {"site": site.key}, actor)


def scheduled(session: Session, site_id: int) -> NoticeSchedule | None:
    """Return what is scheduled for a site, or failed; None where there is nothing."""
    return session.get(NoticeSchedule, site_id)


def publish_due(session: Session) -> NoticeVersion | None:
    """Publish one draft whose moment has come; one that may not be published says why and stays.

    Several workers do not wait for each other: each takes one that nobody else holds.
    """
    found = session.scalars(
        select(NoticeSchedule)
        .where(NoticeSchedule.publish_at <= clock.now(), NoticeSchedule.failed.is_(None))
        .order_by(NoticeSchedule.publish_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .prefix_with("/* notices.publish_due */")
    ).first()
    if found is None:
        return None
    site = session.get_one(Site, found.site_id)
    try:
        version = _publish(session, site, found)
    except ConsentError as error:
        # Nothing was written before it was refused.
        found.failed = str(error)
        facts = {"code": error.code, "site": site.key}
        _note(session, site, "notice.schedule_failed", facts, staff.WORKER, said=found.failed)
        return None
    session.delete(found)
    session.flush()
    return version


def _publish(session: Session, site: Site, due: NoticeSchedule) -> NoticeVersion:
    if session.get(NoticeDraft, site.id) is None or _digest(session, site.id) != due.draft_digest:
        raise InvalidFieldsError(
            {
                "draft": "It was changed after it was scheduled, so nobody has looked at what "
                "would be published: look at it and schedule it again."
            }
        )
    return publish(
        session,
        site,
        due.public_url,
        reason=due.reason,
        ask_again=due.ask_again,
        overrides=due.overrides,
        actor=due.actor,
    )


def _digest(session: Session, site_id: int) -> str:
    document = session.get_one(NoticeDraft, site_id).document
    return "sha256-" + ledger.digest(document.encode())


def _note(
    session: Session,
    site: Site,
    verb: str,
    facts: Mapping[str, object],
    actor: str,
    **details: object,
) -> None:
    log_id = ledger.log_id_of(session, site.id)
    staff.note(session, log_id, verb, facts, actor, details=details or None)
