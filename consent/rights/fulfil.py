"""Do what was asked: a copy of all that is kept of a person, or their erasure through the ledger.

Nobody objects in a person's place: consent is theirs to give and to withdraw, and a decision that
staff made for them would be a forged record. They are shown the button instead.
"""

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from consent import clock, ledger, records, staff
from consent.errors import ClosedError, NotFoundError
from consent.records import ConsentRecord
from consent.rights.answer import Answer, check_answer, finish, step, waiting
from consent.rights.kinds import Kind
from consent.rights.models import RightsRequest
from consent.rights.read import contact_of, of_person, request_of
from consent.sites import Site

FORMAT = "consent-person@v1"
PAGE = 500


def data_of(session: Session, site: Site, subject_id: str) -> dict[str, Any]:
    """Return all that is kept of a person, under each of their subjects (GDPR Art. 15, 20)."""
    subjects = records.same_person(session, site, subject_id)
    return {
        "format": FORMAT,
        "site": site.key,
        "site_name": site.name,
        "made_at": clock.to_text(clock.now()),
        "is_known_customer": records.person_tied(session, site, subject_id) is not None,
        "subjects": [
            {
                "subject": each,
                "records": [_record(record) for record in _records(session, site, each)],
            }
            for each in subjects
        ],
        "requests": [
            _request(session, each) for each in of_person(session, site, subjects, limit=PAGE)
        ],
    }


def exported(session: Session, site: Site, request_id: UUID, actor: str) -> RightsRequest:
    """Note that staff took a copy of the person's data; refuses when the person was erased."""
    found = request_of(session, site, request_id, locked=True)
    if found.subject_id is None:
        raise NotFoundError("Nothing is kept of this person any more.")
    step(session, site, found, "exported", actor)
    return found


def erase(
    session: Session, site: Site, request_id: UUID, answer: Answer
) -> Sequence[records.Erased]:
    """Erase the person who asked for it, all their subjects, and close the request.

    All or nothing: refuses while a hold keeps any of them (`HeldError`), and where a row has no
    place in the log yet (`NotPlacedError`: place and try again).
    """
    check_answer(answer.words)
    found = waiting(session, site, request_id)
    if found.kind != Kind.ERASE:
        raise ClosedError("This person did not ask to be erased.")
    done = []
    for subject_id in records.same_person(session, site, found.subject_id or ""):
        try:
            erased = records.erase(session, site, subject_id, f"request {found.reference}")
        except NotFoundError:
            # Retention, or another request, was first: nothing is left of this subject.
            continue
        done.append(erased)
        _forget_whose(session, site, subject_id)
    found.subject_id = None
    step(session, site, found, "erased", answer.actor)
    finish(session, site, found, answer)
    return done


def erase_person(
    session: Session, site: Site, subject_id: str, reason: str, *, actor: str
) -> Sequence[records.Erased]:
    """Erase a person, all their subjects, without a request; refuses as `records.erase` does."""
    done = []
    for each in records.same_person(session, site, subject_id):
        done.append(records.erase(session, site, each, reason))
        _forget_whose(session, site, each)
    facts = {"requests": [str(each.request) for each in done], "site": site.key}
    staff.note(session, ledger.log_id_of(session, site.id), "person.erase", facts, actor)
    return done


def _forget_whose(session: Session, site: Site, subject_id: str) -> None:
    """Earlier requests of the person lead to nobody either, now that nobody is left."""
    for each in of_person(session, site, [subject_id], limit=PAGE):
        each.subject_id = None
    session.flush()


def _records(session: Session, site: Site, subject_id: str) -> Iterator[ConsentRecord]:
    before = None
    while True:
        found = records.history(session, site.id, subject_id, before=before, limit=PAGE)
        yield from found
        if len(found) < PAGE:
            return
        before = found[-1].sequence


def _record(record: ConsentRecord) -> dict[str, Any]:
    return {
        "record": str(record.id),
        "sequence": record.sequence,
        "recorded_at": clock.to_text(record.recorded_at),
        "decided_at": clock.to_text(record.decided_at),
        "expires_at": clock.to_text(record.expires_at),
        "late": record.late,
        "action": record.action,
        "layer": record.layer,
        "notice_version": record.notice_version,
        "notice_digest": record.notice_digest,
        "language": record.language,
        "categories": record.categories,
        "vendors": record.vendors,
        "page": record.page,
        "region": record.region,
        "region_source": record.region_source,
        "model": record.model,
        "gpc": record.gpc,
        "signals": record.signals,
        "claims": record.claims,
        "disagrees": record.disagrees,
    }


def _request(session: Session, request: RightsRequest) -> dict[str, Any]:
    contact = contact_of(session, request)
    return {
        "reference": request.reference,
        "kind": request.kind,
        "state": request.state,
        "opened_at": clock.to_text(request.opened_at),
        "due_at": clock.to_text(request.due_at),
        "closed_at": clock.to_text(request.closed_at) if request.closed_at else None,
        "words": contact.words if contact else None,
        "email": contact.email if contact else None,
        "extended_because": request.extended_because,
        "answer": request.answer,
    }
