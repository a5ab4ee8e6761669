"""Asked for, claimed, kept, ended: who holds the lease decides, and nobody else."""

from datetime import timedelta

import pytest
import time_machine

from consent import clock, exports
from consent.errors import ExportStateError, InvalidFieldsError, NotFoundError
from consent.exports import Asked, Made, State
from consent.exports.queue import GIVEN_UP
from consent.jobs.leases import LEASE, MOST_ATTEMPTS
from consent.records import Granted, Search
from tests.exports.background import STAFF, asked, found
from tests.factories import a_published_site

MADE = Made(3, 3, "demo-csv-all-1.csv", 100, "ab" * 32, "{}")


def claimed(database):
    with database.transaction() as session:
        return exports.claim(session)


def test_what_was_asked_for_comes_back_as_it_was(session, demo):
    search = Search(
        demo.site.id, start=clock.now() - timedelta(days=1), end=clock.now(), action="save",
        category=Granted("targeting", granted=False), late=True,
    )  # fmt: skip
    export = exports.ask(session, Asked("jsonl", search, None), STAFF, expected=7)
    session.expire_all()
    assert exports.asked_of(export) == Asked("jsonl", search, None)
    assert (export.state, export.asked_by, export.counted) == ("requested", STAFF, 7)


@pytest.mark.parametrize(
    ("kind", "changes", "field"),
    [
        ("pdf", {}, "format"),
        ("ledger", {"subject": "s_x"}, "subject"),
        ("ledger", {"action": "save"}, "action"),
        ("pack", {"late": True}, "late"),
    ],
)
def test_what_cannot_be_made_is_refused_by_field_and_not_queued(
    session, demo, kind, changes, field
):
    with pytest.raises(InvalidFieldsError) as refused:
        asked(session, demo, kind, **changes)
    assert list(refused.value.fields) == [field]
    assert exports.listed(session, demo.site.id) == []


def test_the_oldest_is_claimed_first_and_each_once(database, demo):
    with database.transaction() as session:
        first, second = asked(session, demo), asked(session, demo)
    assert claimed(database).id == first.id
    assert claimed(database).id == second.id
    assert claimed(database) is None


def test_a_claim_that_lapsed_is_anothers_and_the_first_can_no_longer_end_it(database, demo):
    with database.transaction() as session:
        asked(session, demo)
    before = claimed(database)
    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=1)):
        after = claimed(database)
        assert (after.id, after.attempts) == (before.id, 2)
        with database.transaction() as session:
            assert not exports.keep(session, before, counted=3, written=1)
            assert not exports.finish(session, before, MADE, None)
            assert not exports.fail(session, before, "no")
            assert exports.finish(session, after, MADE, None)
    assert found(database, after).state == "done"


def test_a_claim_that_is_kept_stays(database, demo):
    with database.transaction() as session:
        asked(session, demo)
    mine = claimed(database)
    with (
        time_machine.travel(clock.now() + LEASE - timedelta(seconds=1)),
        database.transaction() as session,
    ):
        assert exports.keep(session, mine, counted=10, written=4)
    with time_machine.travel(clock.now() + LEASE + timedelta(seconds=5)):
        assert claimed(database) is None
    now = found(database, mine)
    assert (now.counted, now.written, now.state) == (10, 4, State.RUNNING)


def test_what_never_comes_to_an_end_is_given_up_and_does_not_hold_up_others(database, demo):
    with database.transaction() as session:
        stuck = asked(session, demo)
    with time_machine.travel(clock.now(), tick=False) as moment:
        for _ in range(MOST_ATTEMPTS):
            assert claimed(database).id == stuck.id
            moment.shift(LEASE.total_seconds() + 1)
        with database.transaction() as session:
            other = asked(session, demo)
        assert claimed(database).id == other.id
    now = found(database, stuck)
    assert (now.state, now.error) == ("failed", GIVEN_UP)


def test_a_claim_given_back_is_taken_at_once_and_counts_as_no_attempt(database, demo):
    with database.transaction() as session:
        asked(session, demo)
    mine = claimed(database)
    with database.transaction() as session:
        exports.release(session, mine)
    assert claimed(database).attempts == 1


def test_a_cancelled_one_is_not_kept_and_not_finished(database, demo):
    with database.transaction() as session:
        export = asked(session, demo, subject="s_x")
    mine = claimed(database)
    with database.transaction() as session:
        exports.cancel(session, exports.find(session, demo.site.id, export.id, locked=True))
    with database.transaction() as session:
        assert not exports.keep(session, mine, counted=1, written=1)
        assert not exports.finish(session, mine, MADE, None)
    now = found(database, export)
    assert (now.state, now.file_name, now.conditions["subject"]) == ("cancelled", None, "forgotten")
    with database.transaction() as session, pytest.raises(ExportStateError):
        exports.cancel(session, exports.find(session, demo.site.id, export.id))


def test_another_sites_exports_are_not_there(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    export = asked(session, other)
    # Of those of one millisecond chance says which is the newest.
    mine = sorted(asked(session, demo).id for _ in range(3))
    assert [each.id for each in exports.listed(session, demo.site.id)] == mine[::-1]
    after = exports.listed(session, demo.site.id, before=mine[2], limit=1)
    assert [each.id for each in after] == [mine[1]]
    with pytest.raises(NotFoundError):
        exports.find(session, demo.site.id, export.id)


def test_an_expired_one_keeps_its_row_but_no_person_and_no_file(database, demo):
    with database.transaction() as session:
        asked(session, demo, subject="s_x")
    mine = claimed(database)
    with database.transaction() as session:
        assert exports.finish(session, mine, MADE, clock.now() + timedelta(days=7))
    with database.reading() as session:
        assert exports.files(session) == {MADE.file_name}
    assert exports.downloadable(found(database, mine)) == MADE.file_name
    with time_machine.travel(clock.now() + timedelta(days=8)), database.transaction() as session:
        assert exports.expire(session) == 1
        assert exports.files(session) == set()
    now = found(database, mine)
    assert (now.state, now.conditions, now.manifest) == ("expired", {"subject": "forgotten"}, None)
    with pytest.raises(ExportStateError):
        exports.downloadable(now)


def test_a_name_says_site_scope_and_kind_and_no_person(session, demo):
    person = asked(session, demo, "pack", subject="s_secret")
    name = exports.name_of(person, "demo")
    assert name == f"demo-pack-person-{person.id.hex[-8:]}.zip"
    month = asked(session, demo, "ledger", start=clock.from_ms(0))
    assert exports.name_of(month, "demo").startswith("demo-ledger-1970-01-01-to-last-")
