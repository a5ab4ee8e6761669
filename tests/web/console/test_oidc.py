"""The way in by an issuer, through the console's own addresses."""

import re
from dataclasses import replace
from html import unescape

import pytest
from sqlalchemy import update

from consent import create_app, staff
from consent.staff import Grant, Role, StaffMember, Trail
from tests.staff.issuer import CLIENT, SECRET, issuing
from tests.web.console.people import COOKIE, OURS, a_member, form_of

SIGN_IN = "__Host-consent-sign-in"


@pytest.fixture
def issuer():
    with issuing() as made:
        yield made


@pytest.fixture
def browser(settings, database, issuer, demo):
    more = {
        "oidc_issuer": issuer.url,
        "oidc_client_id": CLIENT,
        "oidc_client_secret": SECRET,
    }
    with database.transaction() as session:
        a_member(session, Grant(Role.ADMIN))
    return create_app(replace(settings, **more), database).test_client()


def begun(browser, path=""):
    page = browser.get("/console/login")
    assert "Sign in with your organisation" in page.text
    form = {"form": form_of(page), "next": path}
    answer = browser.post("/console/oidc", data=form, headers=OURS)
    assert answer.status_code == 200
    assert answer.headers["Refresh"].startswith("0; url=")
    cookie = next(each for each in answer.headers.getlist("Set-Cookie") if SIGN_IN in each)
    assert all(word in cookie for word in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/"))
    return unescape(re.search(r'class="button" href="([^"]+)"', answer.text)[1])


def come_back(browser, answer):
    return browser.get("/console/oidc/back", query_string=answer)


def test_whoever_was_invited_comes_in_and_goes_where_they_wanted(browser, issuer, database):
    answer = come_back(browser, issuer.visit(begun(browser, "/console/account")))
    assert (answer.status_code, answer.location) == (303, "/console/account")
    cookies = answer.headers.getlist("Set-Cookie")
    assert any(each.startswith(f"{SIGN_IN}=;") and "Max-Age=0" in each for each in cookies)
    assert any(each.startswith(f"{COOKIE}=") for each in cookies)
    assert browser.get("/console/account").status_code == 200
    with database.reading() as session:
        (event,) = staff.events(session, Trail(verb="login.begin"))
    assert event.facts == {"way": "oidc"}


def test_nobody_else_comes_in_and_the_trail_says_why(browser, issuer, database):
    issuer.person["email"] = "eve@shop.example"
    answer = come_back(browser, issuer.visit(begun(browser)))
    assert answer.status_code == 403
    assert "not invited" in answer.text
    assert "eve" not in answer.text
    assert browser.get("/console/account").status_code == 303
    with database.reading() as session:
        (event,) = staff.events(session, Trail(verb="login.failed"))
    assert event.details == {"why": "nobody of this address was invited"}


def test_an_answer_without_a_beginning_in_this_browser_is_refused(browser, issuer):
    url = begun(browser)
    answer = issuer.visit(url)
    assert come_back(browser, answer).status_code == 303
    # Once more: the cookie is gone, and put back the code is used.
    assert come_back(browser, answer).status_code == 403
    browser.delete_cookie(COOKIE, domain="localhost")
    begun(browser)
    assert come_back(browser, answer).status_code == 403
    stranger = browser.application.test_client()
    assert come_back(stranger, issuer.visit(url)).status_code == 403


@pytest.mark.parametrize("value", ["", "nonsense", "e30.x.y", "\\", "a" * 4000])
def test_a_forged_cookie_opens_nothing(browser, issuer, value):
    url = begun(browser)
    browser.set_cookie(SIGN_IN, value, domain="localhost")
    assert come_back(browser, issuer.visit(url)).status_code == 403


def test_a_second_factor_is_asked_for_here_too(browser, issuer, database):
    with database.transaction() as session:
        session.execute(update(StaffMember).values(totp_secret="JBSWY3DPEHPK3PXP"))
    answer = come_back(browser, issuer.visit(begun(browser)))
    assert answer.location == "/console/login/code"
    assert browser.get("/console/account").status_code == 303


@pytest.mark.parametrize(
    "path", ["https://evil.example/", "//evil.example", "/\\evil.example", "/x"]
)
def test_nobody_is_sent_elsewhere_afterwards(browser, issuer, path):
    answer = come_back(browser, issuer.visit(begun(browser, path)))
    assert answer.location == "/console/"


def test_an_issuer_that_is_away_gives_a_page_that_says_so(browser, issuer):
    issuer.metadata = {"issuer": "https://evil.example"}
    form = {"form": form_of(browser.get("/console/login"))}
    answer = browser.post("/console/oidc", data=form, headers=OURS)
    assert answer.status_code == 403
    assert "Signing in did not work" in answer.text


def test_a_form_of_elsewhere_begins_nothing(browser):
    assert browser.post("/console/oidc", data={}, headers=OURS).status_code == 400
    form = {"form": form_of(browser.get("/console/login"))}
    there = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert browser.post("/console/oidc", data=form, headers=there).status_code == 403


def test_who_fails_again_and_again_has_to_wait(browser, issuer):
    answers = [come_back(browser, {"code": "x", "state": "y"}).status_code for _ in range(27)]
    assert answers[:25] == [403] * 25
    assert answers[-1] == 429
    asked = len(issuer.asked)
    assert come_back(browser, {"code": "x", "state": "y"}).status_code == 429
    assert len(issuer.asked) == asked


def test_without_an_issuer_there_is_no_such_way(client, demo):
    page = client.get("/console/login")
    assert "organisation" not in page.text
    form = {"form": form_of(page)}
    assert client.post("/console/oidc", data=form, headers=OURS).status_code == 404
    assert client.get("/console/oidc/back").status_code == 404
