"""Coming in: password, one-time password, second factor, back-off, leaving."""

from datetime import timedelta

import pyotp
import pytest

from consent import clock, staff
from consent.sealing import Sealer
from consent.staff import Grant, Role, second_factor
from tests.web.console.people import COOKIE, OURS, PASSWORD, a_member, form_of, logged_in

HTML = {"Accept": "text/html"}


def send(client, url, data, page="/console/login"):
    form = form_of(client.get(page, headers=HTML))
    return client.post(url, data={"form": form, **data}, headers={**HTML, **OURS})


def come_in(client, email="ada@shop.example", password=PASSWORD, **more):
    return send(client, "/console/login", {"email": email, "password": password, **more})


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_member(session, Grant(Role.ADMIN))


def verbs(database):
    with database.reading() as session:
        return [each.verb for each in staff.events(session, staff.Trail())]


def test_a_password_opens_the_console_and_the_trail_says_so(client, database, ada):
    answer = come_in(client, next="/console/trail")
    assert (answer.status_code, answer.location) == (303, "/console/trail")
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; "))
    page = client.get("/console/trail", headers=HTML)
    assert page.status_code == 200
    assert "login.begin" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_wrong_password_and_an_unknown_address_answer_alike(client, database, ada):
    wrong = come_in(client, password="nothing of the kind")
    unknown = come_in(client, email="nobody@shop.example")
    assert wrong.status_code == unknown.status_code == 403
    assert "are not right" in wrong.text
    pages = [each.text.replace("nobody@", "ada@") for each in (wrong, unknown)]
    first, second = (page.partition('name="form"')[0] for page in pages)
    assert first == second
    assert verbs(database) == ["login.failed", "login.failed"]


def test_mistakes_slow_down_what_comes_next_also_with_the_right_password(client, database, ada):
    for _ in range(6):
        come_in(client, password="nothing of the kind")
    answer = come_in(client)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) >= 1
    # A name that nobody has waits just as long.
    for _ in range(6):
        come_in(client, email="nobody@shop.example")
    assert come_in(client, email="nobody@shop.example").status_code == 429


def test_a_login_gets_a_new_token_each_time_and_a_planted_one_is_worth_nothing(client, ada):
    client.set_cookie(COOKIE, "planted-by-somebody", domain="localhost")
    come_in(client)
    first = client.get_cookie(COOKIE).value
    assert first != "planted-by-somebody"
    client.delete_cookie(COOKIE)
    come_in(client)
    assert client.get_cookie(COOKIE).value != first


def test_logging_out_ends_the_login_on_the_server(app, client, database):
    ada = logged_in(client, database)
    token = client.get_cookie(COOKIE).value
    answer = ada.post("/console/logout")
    assert answer.status_code == 303
    again = app.test_client()
    again.set_cookie(COOKIE, token, domain="localhost")
    assert again.get("/console/account", headers=HTML).status_code == 303


@pytest.mark.parametrize("after", [timedelta(minutes=31), timedelta(hours=13)], ids=str)
def test_a_login_ends_by_itself(client, database, monkeypatch, after):
    ada = logged_in(client, database)
    now = clock.now()
    assert ada.get("/console/account").status_code == 200
    if after > timedelta(hours=12):
        for hour in range(25):
            moment = now + timedelta(minutes=29) * hour
            monkeypatch.setattr(clock, "now", lambda moment=moment: moment)
            ada.get("/console/account")
    monkeypatch.setattr(clock, "now", lambda: now + after)
    answer = ada.get("/console/account")
    assert (answer.status_code, answer.location) == (303, "/console/login?next=/console/account")


def test_a_one_time_password_opens_nothing_but_the_choice_of_another(client, database, ada):
    with database.transaction() as session:
        password = staff.set_password_once(session, staff.member_of(session, ada.key))
    page = come_in(client, password=password)
    assert page.status_code == 200
    assert client.get_cookie(COOKIE) is None
    data = {"password": "a lake of green ink", "repeated": "a lake of green ink"}
    link = page.text.partition('name="link"')[2].partition('value="')[2].partition('"')[0]
    answer = send(client, "/console/join", {"link": link, **data}, page="/console/join")
    assert answer.status_code == 303
    assert come_in(client, password=password).status_code == 403
    assert come_in(client, password="a lake of green ink").status_code == 303
    used = send(client.application.test_client(), "/console/join", {"link": link, **data})
    assert used.status_code == 422


def test_the_second_factor_is_asked_for_and_each_code_works_once(
    client, app, database, settings, ada
):
    secret, sealer = second_factor.new_secret(), Sealer(settings.secret_keys)
    with database.transaction() as session:
        member = staff.member_of(session, ada.key)
        before = pyotp.TOTP(secret).at(clock.to_ms(clock.now()) // 1000 - 30)
        second_factor.switch_on(member, secret, before, sealer)
        assert secret not in member.totp_secret
    answer = come_in(client)
    assert answer.location == "/console/login/code"
    assert client.get("/console/account", headers=HTML).status_code == 303
    page = "/console/login/code"
    wrong = send(client, page, {"code": "000000"}, page=page)
    assert wrong.status_code == 403
    code = pyotp.TOTP(secret).at(clock.to_ms(clock.now()) // 1000)
    assert send(client, page, {"code": code}, page=page).status_code == 303
    assert client.get("/console/account", headers=HTML).status_code == 200
    other = app.test_client()
    come_in(other)
    assert send(other, page, {"code": code}, page=page).status_code == 403


def test_a_changed_password_ends_every_login(app, client, database):
    ada = logged_in(client, database)
    with database.transaction() as session:
        token = staff.begin(session, ada.member, "Safari", is_whole=True)
    other = app.test_client()
    other.set_cookie(COOKIE, token, domain="localhost")
    assert other.get("/console/account", headers=HTML).status_code == 200
    new = {"old": PASSWORD, "password": "a lake of green ink", "repeated": "a lake of green ink"}
    assert ada.post("/console/account/password", new).status_code == 303
    assert other.get("/console/account", headers=HTML).status_code == 303
    assert ada.get("/console/account").status_code == 200


@pytest.mark.parametrize("password", ["short", "password1234", "admin-all@shop.example", "a" * 300])
def test_a_password_that_is_easily_guessed_is_refused_and_the_old_one_stays(
    client, database, password
):
    ada = logged_in(client, database)
    new = {"old": PASSWORD, "password": password, "repeated": password}
    answer = ada.post("/console/account/password", new)
    assert answer.status_code == 422
    assert 'id="password-error"' in answer.text
    with database.reading() as session:
        assert staff.authenticate(session, ada.member.email, PASSWORD)


def test_the_first_page_says_how_the_first_login_is_made(client):
    assert "consent init --admin" in client.get("/console/login", headers=HTML).text


def test_who_is_logged_in_can_follow_somebodys_link_all_the_same(client, database, ada):
    admin = logged_in(client, database)
    with database.transaction() as session:
        link = staff.make_link(session, staff.member_of(session, ada.key))
    data = {"link": link, "password": "a lake of green ink", "repeated": "a lake of green ink"}
    answer = admin.post("/console/join", data, page="/console/join")
    assert answer.status_code == 303
    with database.reading() as session:
        assert staff.authenticate(session, ada.email, "a lake of green ink")
