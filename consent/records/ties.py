"""Ties between subjects, which are random, and customers whom the site knows.

A browser's subject is tied once, when the site says who is before it, and to one person. Several
browsers of a person may each have a subject; what holds for the person is the newest decision of
all of them, by the moment the service recorded it. Ties are no evidence and stand in no log.
"""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from consent import clock
from consent.errors import OtherPersonError
from consent.records.models import ConsentRecord, SubjectState, SubjectTie
from consent.records.read import record_of
from consent.sites import Site


def tie(session: Session, site: Site, person: bytes, subject_id: str) -> None:
    """Tie a subject to a person; one that is tied to another is refused (`OtherPersonError`)."""
    # The lock orders this and an erasure of the subject; one without records is nobody's to tie.
    state = session.get(SubjectState, (site.id, subject_id), with_for_update=True)
    found = session.get(SubjectTie, (site.id, subject_id))
    if found is not None and found.person != person:
        raise OtherPersonError
    if found is None and state is not None:
        session.add(
            SubjectTie(site_id=site.id, subject_id=subject_id, person=person, tied_at=clock.now())
        )
        session.flush()


def person_tied(session: Session, site: Site, subject_id: str) -> bytes | None:
    """Return the person a subject is tied to, or None."""
    found = session.get(SubjectTie, (site.id, subject_id))
    return found.person if found else None


def subjects_tied(session: Session, site: Site, person: bytes) -> Sequence[str]:
    """Return the subjects of a person, the first tied first."""
    query = (
        select(SubjectTie.subject_id)
        .where(SubjectTie.site_id == site.id, SubjectTie.person == person)
        .order_by(SubjectTie.tied_at, SubjectTie.subject_id)
    )
    return session.scalars(query.prefix_with("/* records.subjects_tied */")).all()


def same_person(session: Session, site: Site, subject_id: str) -> Sequence[str]:
    """Return all subjects known to be one person with this one, itself first."""
    person = person_tied(session, site, subject_id)
    tied = subjects_tied(session, site, person) if person else ()
    return (subject_id, *(each for each in tied if each != subject_id))


def state_of_person(session: Session, site: Site, person: bytes) -> ConsentRecord | None:
    """Return the record in force for a person: the newest of all their subjects, or None."""
    query = (
        select(SubjectState.record_id)
        .join(
            SubjectTie,
            (SubjectTie.site_id == SubjectState.site_id)
            & (SubjectTie.subject_id == SubjectState.subject_id),
        )
        .where(SubjectTie.site_id == site.id, SubjectTie.person == person)
        .order_by(SubjectState.recorded_at.desc(), SubjectState.record_id.desc())
        .limit(1)
    )
    found = session.scalar(query.prefix_with("/* records.state_of_person */"))
    return record_of(session, site.id, found) if found else None


def untie(session: Session, site: Site, subjects: Collection[str]) -> None:
    """Forget whose these subjects are: with their last record nothing may lead to them."""
    query = delete(SubjectTie).where(
        SubjectTie.site_id == site.id, SubjectTie.subject_id.in_(list(subjects))
    )
    session.execute(query.prefix_with("/* records.untie */"))
