"""Whatever is sent again, in whatever order: one event is one record, one person one chain."""

import uuid

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from consent import ids, records
from consent.errors import ConflictError
from consent.records import Known
from tests.factories import Demo, a_decision

# An event, which of three bodies it comes with, and which of three people sends it.
SENDINGS = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=25
)


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(sendings=SENDINGS)
def test_one_event_is_one_record_and_one_person_one_chain(
    session: Session, demo: Demo, sendings: list[tuple[int, int, int]]
) -> None:
    events = [uuid.UUID(ids.new_event_id()) for _ in range(5)]
    people = [ids.new_subject_id() for _ in range(3)]
    first: dict[int, tuple[int, uuid.UUID]] = {}
    chains: dict[int, list[uuid.UUID]] = {0: [], 1: [], 2: []}

    for event, body, person in sendings:
        decision = a_decision(demo, event_id=events[event], body_digest=bytes([body]))
        if event in first and first[event][0] != body:
            with pytest.raises(ConflictError):
                records.capture(session, demo.site, decision, Known(), people[person])
            continue
        found = records.capture(session, demo.site, decision, Known(), people[person])
        assert found.replayed is (event in first)
        if found.replayed:
            assert found.record.id == first[event][1]
            continue
        first[event] = (body, found.record.id)
        assert found.record.sequence == len(chains[person])
        chains[person].append(found.record.id)

    for person, chain in chains.items():
        history = records.history(session, demo.site.id, people[person])
        assert [record.id for record in history] == chain[::-1]
        assert [record.sequence for record in history] == list(range(len(chain)))[::-1]
