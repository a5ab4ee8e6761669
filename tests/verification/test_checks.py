"""A check that staff ask for: once at a time, with a verdict, and the place where it fails."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import update

from consent import clock, verification
from consent.errors import NotFoundError
from consent.exporter import Jobs
from consent.jobs.leases import MOST_ATTEMPTS
from consent.ledger.models import LogOpening
from consent.records.models import ConsentRecord
from consent.verification import Verdict
from tests.exports.background import filled
from tests.exports.evidence import placed, three_days
from tests.factories import a_published_site


def asked(database, site_id):
    with database.transaction() as session:
        return verification.ask_check(session, site_id, "m_random")


def now(database, check):
    with database.reading() as session:
        return verification.find_check(session, check.site_id, check.id)


def test_a_log_that_holds_is_said_to_hold_with_how_much_of_it(database, demo, settings):
    filled(database, demo)
    placed(database, settings, demo)
    check = asked(database, demo.site.id)
    assert Jobs(database, settings).step()
    found = now(database, check)
    assert (found.state, found.error) == (Verdict.HELD, None)
    assert found.report["counts"]["records"] == 5
    assert found.checked == found.counted == found.report["counts"]["rows"]


def test_who_asks_while_it_waits_gets_the_same_check(database, demo):
    first = asked(database, demo.site.id)
    assert asked(database, demo.site.id).id == first.id


def test_a_changed_column_is_found_and_its_place_is_named(database, demo, settings):
    made = three_days(database, settings, demo)
    with database.transaction() as session:
        session.execute(
            update(ConsentRecord)
            .where(ConsentRecord.id == made[2].id)
            .values(categories={"functional": True, "targeting": True, "performance": True})
        )
    check = asked(database, demo.site.id)
    Jobs(database, settings).step()
    found = now(database, check)
    assert found.state == Verdict.NOT_HELD
    assert found.report["rows"] == [3]
    assert found.error.startswith("row 3: ")


def test_a_changed_payload_is_found(database, demo, settings):
    made = three_days(database, settings, demo)
    with database.transaction() as session:
        session.execute(
            update(LogOpening).where(LogOpening.entry_id == made[0].entry_id).values(payload="{}")
        )
    check = asked(database, demo.site.id)
    Jobs(database, settings).step()
    assert now(database, check).state == Verdict.NOT_HELD


def test_a_check_whose_worker_is_gone_is_begun_anew_and_given_up_in_the_end(database, demo):
    check = asked(database, demo.site.id)
    with time_machine.travel(clock.now(), tick=False) as moment:
        for _ in range(MOST_ATTEMPTS):
            with database.transaction() as session:
                assert verification.claim_check(session).id == check.id
                assert verification.claim_check(session) is None
            moment.shift(timedelta(seconds=21))
        with database.transaction() as session:
            assert verification.claim_check(session) is None
    assert now(database, check).state == Verdict.BROKEN


def test_another_sites_checks_are_not_there(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    check = verification.ask_check(session, other.site.id, "m_random")
    mine = verification.ask_check(session, demo.site.id, "m_random")
    assert [each.id for each in verification.checks_of(session, demo.site.id)] == [mine.id]
    with pytest.raises(NotFoundError):
        verification.find_check(session, demo.site.id, check.id)
