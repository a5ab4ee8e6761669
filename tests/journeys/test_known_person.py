"""A customer logs in: their choice goes with them, and never to another on the same device."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import expect

from consent import records
from consent.sealing import Sealer
from tests.journeys.town import Town
from tests.journeys.visitor import Visitor

Arrive = Callable[..., Visitor]


@pytest.fixture
def log_in(town: Town) -> Callable[[Visitor, str], None]:
    """Do what a shop's page does once a customer is logged in."""
    keys = Path(town.service.environ["CONSENT_STATE_DIR"], "secret_keys").read_text().strip()
    with town.database.transaction() as session:
        key = records.make_subject_key(session, town.site, Sealer(keys.split(",")))

    def named(visitor: Visitor, customer: str) -> None:
        claims = {"sub": customer, "exp": int(time.time()) + 300}
        token = jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(key))
        visitor.page.evaluate("(token) => consent.setSubject(token)", token)
        visitor.settle()

    return named


def test_a_choice_holds_on_the_customers_other_device(
    arrive: Arrive, log_in: Callable[[Visitor, str], None]
) -> None:
    phone, desk = arrive(), arrive()
    phone.open()
    phone.press("accept-all")
    log_in(phone, "anna")
    desk.expect_trouble("404")
    desk.open()
    expect(desk.banner).to_be_visible()
    log_in(desk, "anna")
    expect(desk.banner).to_have_count(0)
    assert desk.granted() == phone.granted()
    assert desk.state()["recordId"] == phone.state()["recordId"]

    desk.page.evaluate("() => consent.rejectAll()")
    desk.settle()
    phone.open()
    assert phone.granted()
    log_in(phone, "anna")
    assert phone.granted() == []
    assert phone.state()["recordId"] == desk.state()["recordId"]


def test_who_decides_after_the_login_is_known_elsewhere(
    arrive: Arrive, log_in: Callable[[Visitor, str], None]
) -> None:
    phone, desk = arrive(), arrive()
    phone.expect_trouble("404")
    phone.open()
    log_in(phone, "ben")
    expect(phone.banner).to_be_visible()
    phone.press("reject-all")
    desk.open()
    log_in(desk, "ben")
    assert desk.state()["decided"]
    assert desk.state()["recordId"] == phone.state()["recordId"]


def test_another_customer_on_the_same_device_is_asked_anew(
    visitor: Visitor, log_in: Callable[[Visitor, str], None], town: Town
) -> None:
    visitor.expect_trouble("409", "404")
    visitor.open()
    visitor.press("accept-all")
    log_in(visitor, "carol")
    assert visitor.granted()
    log_in(visitor, "dora")
    assert visitor.granted() == []
    assert visitor.decision() is None
    before = town.last_entry()
    visitor.open()
    expect(visitor.banner).to_be_visible()
    assert town.records(before) == []


def test_what_the_other_customer_decides_at_once_is_theirs_alone(
    visitor: Visitor, log_in: Callable[[Visitor, str], None], town: Town
) -> None:
    visitor.expect_trouble("409", "404")
    visitor.open()
    before = town.last_entry()
    visitor.press("accept-all")
    log_in(visitor, "emil")
    log_in(visitor, "fred")
    # What emil had allowed ran here: the page was loaded anew, and names who is there again.
    log_in(visitor, "fred")
    visitor.page.evaluate("() => consent.set({categories: {functional: true}})")
    visitor.settle()
    emils, freds = town.records(before)
    assert emils.subject_id != freds.subject_id
    assert visitor.granted() == ["functional"]
    log_in(visitor, "emil")
    assert visitor.state()["recordId"] == str(emils.id)


def test_a_token_that_the_site_did_not_sign_changes_nothing(visitor: Visitor) -> None:
    visitor.expect_trouble("422")
    visitor.open()
    visitor.press("accept-all")
    before = visitor.state()
    visitor.page.evaluate("() => consent.setSubject('a.b.c')")
    visitor.settle()
    assert visitor.state() == before
