"""`window.consent`: what code of the page is promised."""

import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

from consent import notices
from tests.journeys.marks import expected
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

ALL = ("functional", "performance", "targeting")
RECORDS = "**/v1/sites/*/records"

STUB = """
if (location.port === PORT && !Object.hasOwn(window, 'consent')) {
  window.heard = []
  window.consent = {q: []}
  consent.q.push(['subscribe', (state, changed) => heard.push([state.decided, changed])])
  consent.q.push(['open'])
}
"""
LISTEN = """
window.events = []
for (const name of ['ready', 'change', 'error'])
  document.addEventListener('consent:' + name,
    ({detail}) => events.push([name, detail.changed ?? null]))
"""


@pytest.fixture
def coder(visitor: Visitor) -> Visitor:
    """Somebody with the console open in the shop."""
    visitor.context.add_init_script(LISTEN)
    visitor.open()
    return visitor


def test_the_state_before_a_choice(coder: Visitor, town: Town) -> None:
    state = coder.state()

    vendors = notices.read(town.version).vendor_by_key
    assert state.pop("vendors").keys() == vendors.keys()
    assert state == {
        "decided": False,
        "categories": {
            "necessary": True,
            "functional": False,
            "targeting": False,
            "performance": False,
        },
        "recordId": None,
        "decidedAt": None,
        "expiresAt": None,
        "noticeVersion": 1,
        "region": None,
        "model": "opt_in",
        "source": "default",
    }


def test_calls_made_before_the_snippet_came_are_done(visitor: Visitor, town: Town) -> None:
    port = town.shop.rpartition(":")[2]
    visitor.context.add_init_script(STUB.replace("PORT", f"'{port}'"))
    visitor.open()

    expect(visitor.center).to_be_visible()
    assert _run(visitor, "heard") == [[False, []]]
    assert _run(visitor, "typeof consent.q.push") == "function"
    _run(visitor, "void consent.q.push(['close'])")
    expect(visitor.center).to_have_count(0)


def test_ready_gives_the_state(coder: Visitor) -> None:
    assert _run(coder, "consent.ready.then((state) => state === consent.get())") is True
    assert _run(coder, "events") == [["ready", None]]


def test_get_is_frozen_all_through_and_the_same_until_something_changes(coder: Visitor) -> None:
    _run(coder, "void (window.before = consent.get())")
    assert _run(coder, "before === consent.get()") is True
    assert _run(coder, "[before, before.categories, before.vendors].every(Object.isFrozen)") is True

    _run(coder, "consent.rejectAll()")
    coder.settle()

    assert _run(coder, "before === consent.get()") is False
    assert _run(coder, "before.decided") is False


def test_has_answers_for_categories_and_vendors(coder: Visitor) -> None:
    _run(coder, "consent.set({categories: {performance: true}})")

    assert _run(coder, "consent.has('necessary')") is True
    assert _run(coder, "consent.has('performance')") is True
    assert _run(coder, "consent.has('targeting')") is False
    assert _run(coder, "consent.has('performance', 'google-analytics')") is True
    assert _run(coder, "consent.has('performance', 'meta')") is False
    assert _run(coder, "consent.has('unheard-of')") is False
    assert _run(coder, "consent.has('__proto__')") is False


@pytest.mark.parametrize(
    ("call", "action", "granted"),
    [
        ("acceptAll()", "accept_all", list(ALL)),
        ("rejectAll()", "reject_all", []),
        ("withdraw()", "withdraw", []),
        ("set({categories: {performance: true}})", "save", ["performance"]),
    ],
)
def test_a_decision_resolves_when_it_is_applied_and_waits_for_no_network(
    coder: Visitor, town: Town, since: int, call: str, action: str, granted: list[str]
) -> None:
    coder.expect_trouble("ERR_FAILED")
    coder.context.route(RECORDS, lambda route: route.abort())

    assert _run(coder, f"consent.{call}.then(() => consent.get().decided)") is True

    assert coder.granted() == granted
    coder.settle()
    assert coder.tags() == expected(f"{town.shop}/", *granted)
    assert coder.decision()["a"] == action
    assert coder.decision()["o"] == "api"

    coder.context.unroute(RECORDS)
    coder.open("/journal")
    assert [record.action for record in town.records(since)] == [action]


def test_what_a_set_does_not_name_stays_as_it_is(coder: Visitor) -> None:
    _run(coder, "consent.set({categories: {performance: true}})")
    _run(coder, "consent.set({categories: {functional: true}})")
    coder.settle()

    assert coder.granted() == ["functional", "performance"]


def test_the_necessary_cannot_be_refused_and_a_warning_says_so(coder: Visitor) -> None:
    coder.expect_trouble('consent: "necessary" cannot be refused')

    _run(coder, "consent.set({categories: {necessary: false, unheard: true, performance: 'yes'}})")
    coder.settle()

    assert coder.console == ['consent: "necessary" cannot be refused']
    assert coder.granted() == []
    assert coder.state()["categories"]["necessary"] is True


def test_a_subscriber_is_called_at_once_and_at_each_change_until_it_leaves(
    coder: Visitor,
) -> None:
    _run(
        coder,
        "void (window.heard = [], window.leave = consent.subscribe((state, changed) =>"
        " heard.push([state.decided, [...changed].sort()])))",
    )
    _run(coder, "consent.set({categories: {functional: true, performance: true}})")
    _run(coder, "consent.set({categories: {targeting: true}})")
    _run(coder, "leave()")
    _run(coder, "consent.set({vendors: {}})")
    heard = _run(coder, "heard")

    assert heard[0] == [False, []]
    changes = [each for each in heard if each[1]]
    assert changes == [[True, ["functional", "performance"]], [True, ["targeting"]]]


def test_a_subscriber_that_throws_harms_nobody(coder: Visitor) -> None:
    _run(coder, "void consent.subscribe(() => { throw Error('mine') })")
    _run(coder, "consent.rejectAll()")
    coder.settle()

    expect(coder.banner).to_have_count(0)
    assert ["error", None] in _run(coder, "events")


def test_events_tell_of_changes(coder: Visitor) -> None:
    _run(coder, "consent.acceptAll()")
    changes = [event for event in _run(coder, "events") if event[0] == "change" and event[1]]

    assert [sorted(changed) for _, changed in changes] == [sorted(ALL)]


def test_the_receipt_of_a_decision_can_be_opened(coder: Visitor, town: Town, since: int) -> None:
    assert _run(coder, "consent.receipt()") is None
    coder.press("accept-all")

    address = _run(coder, "consent.receipt()")
    answer = coder.context.request.get(address)

    [record] = town.records(since)
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert str(record.id) in answer.text()
    assert "@context" in answer.json()


def test_the_window_gains_one_name(coder: Visitor, town: Town) -> None:
    names = "Object.getOwnPropertyNames(window)"
    coder.context.route("**/loader.js", lambda route: route.fulfill(body=""))
    coder.open("/cookies")
    before = set(_run(coder, names))
    coder.context.unroute("**/loader.js")
    coder.open("/cookies")

    assert set(_run(coder, names)) - before == {"consent"}
    assert _run(coder, "Object.isFrozen(consent)") is True


def test_a_loader_that_comes_twice_does_nothing_twice(
    coder: Visitor, town: Town, since: int
) -> None:
    def double(route: Route) -> None:
        answer = route.fetch()
        tag = re.search(r"<script src=[^>]+loader.js[^>]+></script>", answer.text())
        assert tag is not None
        route.fulfill(response=answer, body=answer.text().replace(tag[0], tag[0] * 2))

    coder.context.route(f"{town.shop}/", double)
    coder.open("/")

    assert coder.page.locator("script[src$='loader.js']").count() == 2
    expect(coder.page.locator("#consent-root")).to_have_count(1)
    expect(coder.banner).to_have_count(1)
    coder.press("accept-all")
    assert coder.tags() == expected(f"{town.shop}/", *ALL)
    assert len(town.records(since)) == 1


def test_open_and_close_show_and_hide_the_center(coder: Visitor) -> None:
    _run(coder, "void consent.open()")
    expect(coder.center).to_be_visible()
    _run(coder, "void consent.open()")
    expect(coder.center).to_have_count(1)
    _run(coder, "consent.close()")
    expect(coder.center).to_have_count(0)


def _run(visitor: Visitor, code: str) -> Any:
    return visitor.page.evaluate(f"() => ({code})")
