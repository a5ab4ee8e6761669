"""Mistakes make the next attempt wait, ever longer, and are forgotten after a day."""

from datetime import timedelta

import pytest

from consent import clock, staff
from consent.errors import TooManyError
from consent.staff import throttle

KEY = throttle.key_of("a secret", "account", "ada@shop.example")
FREE = throttle.FREE_BY_ACCOUNT


@pytest.fixture
def at(monkeypatch):
    began = clock.now()

    def move(after: timedelta) -> None:
        monkeypatch.setattr(clock, "now", lambda: began + after)

    return move


def fail(session, times):
    for _ in range(times):
        throttle.failed(session, [KEY])


def test_a_few_mistakes_are_free(session):
    fail(session, FREE - 1)
    throttle.check(session, [(KEY, FREE)])


def test_each_further_one_doubles_the_wait_up_to_a_quarter_of_an_hour(session, at):
    at(timedelta())
    fail(session, FREE)
    waits = []
    for _ in range(14):
        with pytest.raises(TooManyError) as refused:
            throttle.check(session, [(KEY, FREE)])
        waits.append(refused.value.retry_after - 1)
        fail(session, 1)
    assert waits[:4] == [1, 2, 4, 8]
    assert waits[-1] == 900


def test_after_the_wait_one_more_is_let_through(session, at):
    fail(session, FREE + 3)
    with pytest.raises(TooManyError):
        throttle.check(session, [(KEY, FREE)])
    at(timedelta(seconds=9))
    throttle.check(session, [(KEY, FREE)])


def test_success_and_a_day_forget(session, at):
    fail(session, FREE + 3)
    throttle.succeeded(session, KEY)
    throttle.check(session, [(KEY, FREE)])
    fail(session, FREE + 8)
    at(timedelta(days=1, seconds=1))
    assert staff.forget_ended(session) == 1


def test_what_is_kept_names_nobody():
    assert b"ada" not in KEY
    assert throttle.key_of("another secret", "account", "ada@shop.example") != KEY
