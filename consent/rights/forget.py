"""Forget what requests hold of people: their words a while after the answer, the rest years later.

Art. 5(2) GDPR wants it shown that requests were answered; for that neither words nor address are
needed. The trail keeps that there was a request, which leads to nobody.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, not_, or_, select, update
from sqlalchemy.orm import Session

from consent import clock
from consent.records.models import SubjectState
from consent.rights.models import RightsContact, RightsRequest, RightsStep

CONTACT_DAYS = 90
REQUEST_YEARS = 3


def forget(session: Session) -> int:
    """Drop words and addresses of requests long answered, then the requests; return how many."""
    now = clock.now()
    answered = select(RightsRequest.id).where(
        RightsRequest.closed_at < now - timedelta(days=CONTACT_DAYS)
    )
    over = select(RightsRequest.id).where(
        RightsRequest.closed_at < now - timedelta(days=365 * REQUEST_YEARS)
    )
    run = session.connection().execute
    words = run(
        delete(RightsContact)
        .where(RightsContact.request_id.in_(answered))
        .prefix_with("/* rights.forget */")
    )
    run(
        update(RightsRequest)
        .where(
            RightsRequest.id.in_(answered),
            or_(RightsRequest.answer.is_not(None), RightsRequest.extended_because.is_not(None)),
        )
        .values(answer=None, extended_because=None, subject_id=None)
        .prefix_with("/* rights.forget */")
    )
    run(
        delete(RightsStep).where(RightsStep.request_id.in_(over)).prefix_with("/* rights.forget */")
    )
    run(
        update(RightsRequest)
        .where(
            RightsRequest.closed_at.is_not(None),
            RightsRequest.subject_id.is_not(None),
            not_(
                exists().where(
                    SubjectState.site_id == RightsRequest.site_id,
                    SubjectState.subject_id == RightsRequest.subject_id,
                )
            ),
        )
        .values(subject_id=None)
        .prefix_with("/* rights.forget */")
    )
    whole = run(
        delete(RightsRequest).where(RightsRequest.id.in_(over)).prefix_with("/* rights.forget */")
    )
    return int(words.rowcount) + int(whole.rowcount)
