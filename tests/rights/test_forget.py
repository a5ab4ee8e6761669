"""Words and addresses of answered requests are forgotten first, the requests years later."""

from datetime import timedelta

import time_machine

from consent import clock, records, rights
from consent.rights import Answer, RightsContact, RightsRequest, RightsStep
from tests.records.keeping import a_person, left, place
from tests.rights.asking import a_request


def forget(database, *, days: int) -> None:
    with (
        time_machine.travel(clock.now() + timedelta(days=days), tick=False),
        database.transaction() as session,
    ):
        rights.forget(session)


def test_what_people_wrote_goes_first_and_what_waits_stays(database, demo):
    waiting = a_request(database, demo, a_person(database, demo)[0], words="soon, please")
    made = a_request(database, demo, a_person(database, demo)[0], words="words", email="a@b.co")
    with database.transaction() as session:
        rights.extend(session, demo.site, made.id, "many", "m_1")
        rights.close(session, demo.site, made.id, Answer("dear Anna", "m_1"))
    forget(database, days=rights.CONTACT_DAYS - 1)
    assert left(database, RightsContact) == 2
    forget(database, days=rights.CONTACT_DAYS + 1)
    with database.reading() as session:
        kept = session.get_one(RightsRequest, made.id)
        assert (kept.answer, kept.extended_because, kept.subject_id) == (None, None, None)
        assert kept.state == "done"
        assert rights.contact_of(session, waiting).words == "soon, please"
        assert rights.contact_of(session, made) is None
    forget(database, days=365 * rights.REQUEST_YEARS + 1)
    assert left(database, RightsRequest) == left(database, RightsStep) == 1


def test_a_request_of_somebody_erased_otherwise_leads_to_nobody(database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject)
    place(database, demo)
    with database.transaction() as session:
        records.erase(session, demo.site, subject, "by command")
        rights.close(session, demo.site, made.id, Answer("done", "m_1"))
    forget(database, days=0)
    with database.reading() as session:
        assert session.get_one(RightsRequest, made.id).subject_id is None
