"""Who may do what: every route and method, by everybody who could ask; `matrix.txt` lists them.

A route that is not in the list fails, and so does one that asks for another ability than the list
says. Roles are written out here once more, not taken from the code (contract, part 7).
"""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update

from consent import clock, staff
from consent.db import Database
from consent.signing import Purpose, Signer
from consent.staff import Ability, Grant, Order, Role
from consent.staff.models import ApiToken, StaffLogin
from consent.staff.tokens import hashed
from tests.factories import Demo, a_published_site
from tests.web.console.people import COOKIE, OURS, a_member

MAY = {
    "viewer": {"look"},
    "auditor": {"look", "read", "export", "verify", "trail"},
    "editor": {"look", "draft"},
    "publisher": {"look", "draft", "publish"},
    "admin": {
        "look", "read", "export", "verify", "draft", "publish", "fulfil", "manage", "trail",
    },
}  # fmt: skip
LIST = Path(__file__).with_name("matrix.txt")
CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
HTML = {"Accept": "text/html"}


def lines() -> list[tuple[str, str, str]]:
    rows = [line.split() for line in LIST.read_text("utf-8").splitlines()]
    return [(row[0], row[1], row[2]) for row in rows if row and not row[0].startswith("#")]


CONSOLE = [each for each in lines() if each[1].startswith("/console")]
API = [each for each in lines() if each[1].startswith("/api/v1")]


def guard_of(view, name):
    while view is not None:
        if hasattr(view, name):
            return getattr(view, name)
        view = getattr(view, "__wrapped__", None)
    return None


def test_the_list_names_every_route_with_the_ability_it_asks_for(app: Flask) -> None:
    found = set()
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith(("/console", "/api/v1")):
            continue
        view = app.view_functions[rule.endpoint]
        ability = guard_of(view, "ability")
        said = guard_of(view, "guard") if ability is None else ability.value
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            found.add((method, rule.rule, {"staff": "login"}.get(said, said)))
    listed = set(lines())
    assert found - listed == set(), "not in matrix.txt"
    assert listed - found == set(), "in matrix.txt alone"


def address(rule: str) -> str:
    """Return an address of a route: the demo's, with ids that nobody has."""
    rule = rule.replace("<site_key>", "demo")
    rule = re.sub(r"<uuid:\w+>", "01936f8e-7c00-7000-8000-000000000001", rule)
    rule = re.sub(r"<int(\(.*?\))?:\w+>", "7777", rule)
    return re.sub(r"<(\w+:)?\w+>", "nobody", rule)


class Browser:
    """Somebody's browser; each request comes with a login of its own."""

    def __init__(self, app: Flask, database: Database, signer: Signer) -> None:
        self.app, self.database, self.signer = app, database, signer

    def ask(self, method, rule, member=None, *, age=timedelta(), headers=None, form=True):
        client = self.app.test_client()
        sent = {**HTML, **(OURS if headers is None else headers)}
        data = {}
        if member is not None:
            with self.database.transaction() as session:
                token = staff.begin(session, member, "a test", is_whole=True)
                login = staff.find_login(session, token)
                session.execute(
                    update(StaffLogin)
                    .where(StaffLogin.id == login.id)
                    .values(seen_at=clock.now() - age)
                )
            client.set_cookie(COOKIE, token, domain="localhost")
            if form and method in CHANGING:
                data["form"] = self.signer.detached(Purpose.CONSOLE, str(login.id), "form")
        return client.open(address(rule), method=method, data=data or None, headers=sent)


@pytest.fixture
def browser(app: Flask, database: Database, settings) -> Browser:
    return Browser(app, database, Signer(settings.secret_keys))


@pytest.fixture
def people(database: Database, demo: Demo) -> dict[str, staff.StaffMember]:
    """Make one of each role on the demo, on all sites, and an administrator of another site."""
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")

        def make(name: str, grant: Grant) -> staff.StaffMember:
            return a_member(session, grant, email=f"{name}@shop.example", password=None)

        made = {"stranger": make("stranger", Grant(Role.ADMIN, other.site.id))}
        for role in Role:
            made[role.value] = make(role.value, Grant(role, demo.site.id))
            made[f"all {role.value}"] = make(f"all-{role.value}", Grant(role))
    return made


def is_let_in(status: int) -> bool:
    return status not in {401, 403} and status < 500


@pytest.mark.parametrize(("method", "rule", "ability"), CONSOLE)
def test_a_page_opens_for_those_alone_who_may(browser, people, method, rule, ability) -> None:
    if ability == "nobody":
        assert browser.ask("GET", rule).status_code in {200, 303, 404, 405}
        return
    anonymous = browser.ask(method, rule)
    if method == "GET":
        assert (anonymous.status_code, anonymous.location.partition("?")[0]) == (
            303, "/console/login",
        )  # fmt: skip
    else:
        assert anonymous.status_code == 401
    expired = browser.ask(method, rule, people["all admin"], age=timedelta(minutes=31))
    assert expired.status_code == (303 if method == "GET" else 401)
    of_a_site = "<site_key>" in rule
    for who, member in people.items():
        status = browser.ask(method, rule, member).status_code
        role = who.removeprefix("all ")
        if ability == "login":
            assert is_let_in(status), (who, status)
        elif who == "stranger" and of_a_site:
            assert status == 404, who
        elif who == "stranger" or (not of_a_site and not who.startswith("all ")):
            assert status == 403, (who, status)
        elif ability in MAY[role]:
            assert is_let_in(status), (who, status)
        else:
            assert status == 403, (who, status)


# Headers and tokens alone decide here, so one database is enough.
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("method", "rule", "ability"), [each for each in CONSOLE if each[0] in CHANGING]
)
def test_no_other_page_can_send_a_form(browser, people, method, rule, ability) -> None:
    member = None if ability == "nobody" else people["all admin"]
    for headers in (
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "same-site", "Origin": "https://www.consent.example"},
        {"Sec-Fetch-Site": "none"},
        {},
        {"Origin": "null"},
        {"Origin": "https://evil.example"},
        {"Origin": "http://consent.example"},
    ):
        answer = browser.ask(method, rule, member, headers=headers)
        assert answer.status_code == 403, headers
    assert browser.ask(method, rule, member, form=False).status_code == 400


@pytest.fixture
def tokens(database: Database, demo: Demo) -> dict[str, str]:
    """Make a token of each role on the demo and on all sites, and some that open nothing."""

    def make(session, order) -> str:
        return staff.create_token(session, order, None, "a test")[1]

    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example").site.id
        made = {"stranger": make(session, Order("x", Role.ADMIN, other))}
        for role in Role:
            made[role.value] = make(session, Order("x", role, demo.site.id))
            made[f"all {role.value}"] = make(session, Order("x", role))
        for ability in Ability:
            order = Order("x", Role.ADMIN, None, (ability,))
            made[f"only {ability.value}"] = make(session, order)
        ended, revoked = (make(session, Order("x", Role.ADMIN)) for _ in range(2))
        over = {"expires_at": clock.now() - timedelta(seconds=1)}
        for token, values in ((ended, over), (revoked, {"revoked_at": clock.now()})):
            session.execute(
                update(ApiToken).where(ApiToken.token_hash == hashed(token)).values(**values)
            )
        made["dead expired"], made["dead revoked"] = ended, revoked
        made["dead garbage"] = "consent_" + "x" * 43
    return made


@pytest.mark.parametrize(("method", "rule", "ability"), API)
def test_a_token_opens_what_its_role_and_scopes_allow(
    app, tokens, demo, method, rule, ability
) -> None:
    def ask(token: str | None) -> int:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if method in CHANGING:
            headers["Content-Type"] = "application/json"
        body = b"{}" if method in CHANGING else None
        return (
            app.test_client()
            .open(address(rule), method=method, data=body, headers=headers)
            .status_code
        )

    of_a_site = "<site_key>" in rule
    assert ask(None) == 401
    for who, token in tokens.items():
        status = ask(token)
        kind, _space, what = who.partition(" ")
        if kind == "dead":
            assert status == 401, who
        elif who == "stranger":
            assert status == (404 if of_a_site else 403), who
        elif kind == "only":
            assert is_let_in(status) if what == ability else status == 403, (who, status)
        elif not of_a_site and kind != "all":
            assert status == 403, (who, status)
        else:
            role = what or kind
            assert is_let_in(status) if ability in MAY[role] else status == 403, (who, status)


def test_a_cookie_opens_nothing_of_the_api(app, database, people) -> None:
    with database.transaction() as session:
        token = staff.begin(session, people["all admin"], "a test", is_whole=True)
    client = app.test_client()
    client.set_cookie(COOKIE, token, domain="localhost")
    for method, rule, _ability in API:
        assert client.open(address(rule), method=method).status_code == 401, rule
