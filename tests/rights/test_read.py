"""Staff work through requests: those that wait first, the first due on top, page by page."""

from datetime import timedelta

import time_machine

from consent import clock, rights
from consent.rights import Answer, Kind
from tests.factories import a_published_site
from tests.records.keeping import a_person
from tests.rights.asking import a_request


def all_pages(database, demo, *, closed: bool) -> list[str]:
    found, cursor = [], ""
    while True:
        with database.reading() as session:
            page = rights.requests(session, demo.site, closed=closed, cursor=cursor, limit=2)
        found += [each.reference for each in page.rows]
        if page.cursor is None:
            return found
        cursor = page.cursor


def test_the_list_is_by_due_date_and_the_closed_ones_newest_first(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    a_request(database, other, a_person(database, other)[0])
    made = []
    for days in (5, 1, 3, 0, 2):
        with time_machine.travel(clock.now() - timedelta(days=days), tick=False):
            subject = a_person(database, demo)[0]
            made.append((days, a_request(database, demo, subject).reference))
    waiting = [reference for _, reference in sorted(made, reverse=True)]
    assert all_pages(database, demo, closed=False) == waiting
    assert all_pages(database, demo, closed=True) == []
    with database.reading() as session:
        ids = {each.reference: each.id for each in rights.requests(session, demo.site).rows}
    for reference in waiting[:3]:
        with database.transaction() as session:
            rights.close(session, demo.site, ids[reference], Answer("done", "m_1"))
        before = clock.now()
        while clock.to_ms(clock.now()) == clock.to_ms(before):
            pass
    assert all_pages(database, demo, closed=True) == waiting[2::-1]
    assert all_pages(database, demo, closed=False) == waiting[3:]


def test_a_cursor_that_is_none_of_ours_begins_at_the_first_page(database, demo):
    made = a_request(database, demo, a_person(database, demo)[0])
    for cursor in ("x", "~", "\0~\0", "2026-01-01~x", "9999-12-31T23:59:59+00:00~" + "0" * 32):
        with database.reading() as session:
            [found] = rights.requests(session, demo.site, cursor=cursor).rows
            assert found.id == made.id


def test_those_that_wait_too_long_are_counted(database, demo):
    made = a_request(database, demo, a_person(database, demo)[0])
    a_request(database, demo, a_person(database, demo)[0], Kind.ACCESS)
    with database.reading() as session:
        assert rights.count_open(session, demo.site) == (2, 0)
    with (
        time_machine.travel(made.due_at + timedelta(days=1), tick=False),
        database.reading() as session,
    ):
        assert rights.count_open(session, demo.site) == (2, 2)
