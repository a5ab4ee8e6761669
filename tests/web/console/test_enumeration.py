"""Whether somebody has a login here cannot be told from outside: same words, same work.

Time is printed, not asserted: the machine of a test is not quiet enough (CONSENT_TEST_TIMES=60
takes as many of each as say something). What is asserted is that the dear work, one password hash,
is done once for whoever asks, and that the database is asked the same.
"""

import math
import os
import re
import statistics
import time
from bisect import bisect_right

import pytest
from sqlalchemy import event

from consent import staff
from consent.staff import Grant, Role, StaffMember, passwords, throttle
from tests.web.console.people import OURS, PASSWORD, a_member, form_of

HTML = {"Accept": "text/html"}
KNOWN, UNKNOWN, DISABLED = "ada@shop.example", "bob@shop.example", "eve@shop.example"
TIMES = int(os.environ.get("CONSENT_TEST_TIMES", "6"))


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        a_member(session, Grant(Role.ADMIN), email="noise@shop.example", name="Noise")
        gone = a_member(session, Grant(Role.ADMIN), email=DISABLED, name="Eve")
        staff.disable(session, gone)
        return a_member(session, Grant(Role.ADMIN), email=KNOWN)


class Counting:
    """A hasher that writes down what it is asked."""

    def __init__(self, hasher) -> None:
        self.asked: list[str] = []
        self._hasher = hasher

    def verify(self, *given):
        self.asked.append("verify")
        return self._hasher.verify(*given)

    def hash(self, *given):
        self.asked.append("hash")
        return self._hasher.hash(*given)


@pytest.fixture
def hasher(monkeypatch) -> Counting:
    # The hash that nobody has is made once a process.
    passwords.verify(None, PASSWORD)
    counting = Counting(passwords._hasher)
    monkeypatch.setattr(passwords, "_hasher", counting)
    return counting


@pytest.fixture
def statements(database):
    """Write down what the database is asked."""
    seen: list[str] = []

    def hear(_connection, _cursor, statement, *_):
        seen.append(statement)

    event.listen(database.engine, "before_cursor_execute", hear)
    yield seen
    event.remove(database.engine, "before_cursor_execute", hear)


def come_in(client, email, password="not the right one at all"):
    form = form_of(client.get("/console/login", headers=HTML))
    data = {"form": form, "email": email, "password": password}
    return client.post("/console/login", data=data, headers={**HTML, **OURS})


def body(answer) -> str:
    """Return a page without what differs from one page to the next: the address, the token."""
    text = answer.text.replace(KNOWN, UNKNOWN).replace(DISABLED, UNKNOWN)
    return re.sub(r'name="form" value="[^"]+"', "", text)


def test_an_unknown_address_costs_the_same_work_and_gets_the_same_answer(
    client, ada, hasher, statements
) -> None:
    answers, asked, said = {}, {}, {}
    come_in(client, "first@shop.example")
    for who in (KNOWN, UNKNOWN, DISABLED):
        hasher.asked.clear()
        statements.clear()
        answers[who] = come_in(client, who)
        asked[who], said[who] = list(hasher.asked), list(statements)

    assert set(map(tuple, asked.values())) == {("verify",)}
    assert {each.status_code for each in answers.values()} == {403}
    assert len({body(each) for each in answers.values()}) == 1
    assert len({tuple(sorted(each.headers.keys())) for each in answers.values()}) == 1
    # The same questions to the database, one by one.
    assert said[KNOWN] == said[UNKNOWN] == said[DISABLED]


def test_back_off_slows_an_unknown_address_as_much_as_a_known_one(client, ada) -> None:
    def statuses(email: str) -> list[int]:
        with_database = [come_in(client, email) for _ in range(8)]
        return [each.status_code for each in with_database]

    known, unknown = statuses(KNOWN), statuses(UNKNOWN)
    assert known == unknown
    assert 429 in known


def test_a_link_that_was_used_and_one_that_never_was_answer_alike(client, database, ada) -> None:
    with database.transaction() as session:
        link = staff.make_link(session, session.get_one(StaffMember, ada.id))
        staff.use_link(session, link, "a lake of green ink")
    page = client.get("/console/join", headers=HTML)
    data = {"form": form_of(page), "password": "b" * 20, "repeated": "b" * 20}
    used, never = (
        client.post("/console/join", data={**data, "link": each}, headers={**HTML, **OURS})
        for each in (link, "x" * len(link))
    )
    assert used.status_code == never.status_code == 422
    assert body(used).replace(link, "") == body(never).replace("x" * len(link), "")


def test_the_times_of_both_are_printed(client, ada, monkeypatch, capsys) -> None:
    # Back-off would answer before any work is done.
    monkeypatch.setattr(throttle, "check", lambda *_: None)
    times: dict[str, list[float]] = {KNOWN: [], UNKNOWN: []}
    come_in(client, UNKNOWN)
    form = form_of(client.get("/console/login", headers=HTML))
    for turn in range(2 * TIMES):
        who = (KNOWN, UNKNOWN)[turn % 2]
        data = {"form": form, "email": who, "password": "not the right one at all"}
        start = time.perf_counter()
        client.post("/console/login", data=data, headers={**HTML, **OURS})
        times[who].append(time.perf_counter() - start)

    apart, chance = kolmogorov_smirnov(times[KNOWN], times[UNKNOWN])
    middle = {who: statistics.median(each) * 1000 for who, each in times.items()}
    with capsys.disabled():
        print(
            f"\nlogin, n={TIMES} each: known {middle[KNOWN]:.1f} ms, unknown"
            f" {middle[UNKNOWN]:.1f} ms, Kolmogorov-Smirnov D={apart:.3f} p={chance:.3f}"
        )
    assert len(times[KNOWN]) == len(times[UNKNOWN]) == TIMES


def kolmogorov_smirnov(one: list[float], other: list[float]) -> tuple[float, float]:
    """Return how far two samples lie apart, and how likely that is of one and the same thing."""

    def below(sample: list[float], value: float) -> float:
        return bisect_right(sample, value) / len(sample)

    first, second = sorted(one), sorted(other)
    apart = max(abs(below(first, each) - below(second, each)) for each in first + second)
    size = math.sqrt(len(one) * len(other) / (len(one) + len(other)))
    scaled = (size + 0.12 + 0.11 / size) * apart
    terms = ((-1) ** (k - 1) * math.exp(-2 * (k * scaled) ** 2) for k in range(1, 101))
    return apart, min(1.0, max(0.0, 2 * sum(terms)))
