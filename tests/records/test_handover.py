"""A handover works once."""

import pytest
import time_machine
from sqlalchemy import func, select

from consent import records
from consent.errors import NotFoundError
from consent.records.models import UsedHandover
from tests.factories import a_site


def test_a_token_is_redeemed_once(session):
    site = a_site(session)
    records.redeem(session, site.id, "token")
    with pytest.raises(NotFoundError):
        records.redeem(session, site.id, "token")


def test_another_token_and_another_site_are_untouched(session):
    site, other = a_site(session), a_site(session, "other", "https://other.example")
    records.redeem(session, site.id, "token")
    records.redeem(session, site.id, "another")
    records.redeem(session, other.id, "token")


def test_the_token_itself_is_not_kept(session):
    records.redeem(session, a_site(session).id, "a-secret-token")
    kept = session.scalars(select(UsedHandover)).one()
    assert len(kept.token_digest) == 32
    assert b"a-secret-token" not in kept.token_digest


def test_a_used_token_is_remembered_for_as_long_as_it_could_be_sent(session):
    site = a_site(session)
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        records.redeem(session, site.id, "token")
        clock.shift(records.HANDOVER_SECONDS + 1)
        assert records.forget_handovers(session) == 0
        clock.shift(records.HANDOVER_SECONDS)
        assert records.forget_handovers(session) == 1
    assert session.scalar(select(func.count()).select_from(UsedHandover)) == 0
