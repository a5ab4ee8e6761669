"""Queueing a leaf: entry and opening together with the change they prove, or not at all."""

import json
from dataclasses import dataclass

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from consent import clock, ledger
from consent.db import Database
from consent.ledger import Kind, commitment
from consent.ledger.models import Log, LogEntry, LogOpening
from tests.factories import a_site


@dataclass
class GaveUpError(Exception):
    """Whatever goes wrong after the leaf was queued."""


def queued(session: Session, site_id: int, payload: bytes = b'{"a":1}') -> LogEntry:
    log_id = ledger.log_id_of(session, site_id)
    made = ledger.queue(session, log_id, Kind.CONSENT, payload, recorded_at=clock.now())
    entry = session.get_one(LogEntry, made.entry_id)
    assert entry.leaf_hash == made.leaf_hash
    return entry


def test_a_queued_leaf_has_an_opening_that_opens_it_and_no_place_yet(session):
    entry = queued(session, a_site(session).id)
    session.flush()
    opening = session.scalars(select(LogOpening)).one()

    made = commitment.commit("consent", opening.payload.encode(), opening.salt)
    assert entry.leaf_index is None
    assert entry.leaf == commitment.leaf("consent", made).decode()
    assert entry.leaf_hash == commitment.leaf_hash(entry.leaf.encode())
    assert opening.entry_id == entry.id


def test_the_payload_is_kept_verbatim(session):
    payload = ledger.dump({"page": "ä\u2028\x00'\";--"})
    queued(session, a_site(session).id, payload)
    session.flush()
    assert session.scalars(select(LogOpening.payload)).one().encode() == payload


def test_two_leaves_of_one_payload_cannot_be_told_to_be_alike(session):
    site_id = a_site(session).id
    assert queued(session, site_id).leaf != queued(session, site_id).leaf


def test_a_leaf_holds_no_time_and_nothing_of_the_payload(session):
    entry = queued(session, a_site(session).id, b'{"secret":"planted"}')
    assert sorted(json.loads(entry.leaf)) == ["c", "k", "v"]
    assert "planted" not in entry.leaf


def test_when_the_change_fails_neither_entry_nor_opening_is_left(database: Database):
    with database.transaction() as session:
        site_id = a_site(session).id
    with pytest.raises(GaveUpError), database.transaction() as session:
        queued(session, site_id)
        session.flush()
        raise GaveUpError
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(LogEntry)) == 0
        assert session.scalar(select(func.count()).select_from(LogOpening)) == 0


def test_each_site_has_a_log_of_its_own(session):
    first, second = a_site(session), a_site(session, "other", "https://other.example")
    logs = {ledger.log_id_of(session, site.id) for site in (first, second)}
    assert len(logs) == 2
    assert session.scalar(select(func.count()).select_from(Log)) == 2


def test_queueing_leaves_the_head_alone(session):
    site = a_site(session)
    queued(session, site.id)
    log = session.scalars(select(Log).where(Log.site_id == site.id)).one()
    assert (log.size, log.root, log.origin) == (0, None, None)
