"""A request is extended once and in time, and answered once, with words."""

from datetime import timedelta

import pytest
import time_machine

from consent import rights, staff
from consent.errors import ClosedError, InvalidFieldsError, NotFoundError
from consent.rights import Answer
from tests.factories import a_published_site
from tests.records.keeping import a_person, payloads
from tests.rights.asking import a_request

ACTOR = "m_someone"


def extend(database, demo, made, reason="we have many"):
    with database.transaction() as session:
        return rights.extend(session, demo.site, made.id, reason, ACTOR)


def close(database, demo, made, words="done as you asked", *, granted=True):
    with database.transaction() as session:
        return rights.close(session, demo.site, made.id, Answer(words, ACTOR, granted))


@pytest.fixture
def made(database, demo):
    return a_request(database, demo, a_person(database, demo)[0])


def test_an_answer_closes_the_request_and_the_trail_knows_who(database, demo, made):
    noise = a_request(database, demo, a_person(database, demo)[0])
    closed = close(database, demo, made, " You were\r\nerased ")
    assert (closed.state, closed.answer) == ("done", "You were\nerased")
    assert closed.closed_at is not None
    with database.reading() as session:
        [event] = staff.events(session, staff.Trail(verb="rights.done"))
        assert (event.actor, event.facts["request"]) == (ACTOR, str(made.id))
        assert event.details == {"reference": made.reference}
        assert [each.step for each in rights.steps_of(session, made)] == ["opened", "done"]
        assert rights.request_of(session, demo.site, noise.id).state == "open"
    said = [each for each in payloads(database, demo, "staff") if each["verb"] == "rights.done"]
    assert len(said) == 1
    assert "erased" not in str(said)


def test_a_refusal_says_why(database, demo, made):
    for words in ("", "  ", "x" * 2001, "a\0"):
        with pytest.raises(InvalidFieldsError, match="answer"):
            close(database, demo, made, words, granted=False)
    assert close(database, demo, made, "not yours", granted=False).state == "refused"


def test_what_was_answered_stays_answered(database, demo, made):
    close(database, demo, made)
    for again in (close, extend):
        with pytest.raises(ClosedError):
            again(database, demo, made)


def test_a_request_is_extended_once_with_a_reason(database, demo, made):
    with pytest.raises(InvalidFieldsError, match="reason"):
        extend(database, demo, made, " ")
    longer = extend(database, demo, made)
    assert (longer.state, longer.extended_because) == ("extended", "we have many")
    assert longer.due_at == rights.extended_until(made.opened_at)
    with pytest.raises(ClosedError, match="once"):
        extend(database, demo, made)
    assert close(database, demo, made).state == "done"


def test_after_the_month_nothing_is_extended_but_it_can_be_answered(database, demo, made):
    with time_machine.travel(made.due_at + timedelta(seconds=1), tick=False):
        with pytest.raises(ClosedError, match="over"):
            extend(database, demo, made)
        assert close(database, demo, made).state == "done"


def test_another_sites_request_is_not_found(database, demo, made):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    for act in (extend, close):
        with pytest.raises(NotFoundError):
            act(database, other, made)
