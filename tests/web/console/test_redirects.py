"""`next` leads nowhere but into the console: two hundred ways to lead elsewhere stay with us."""

from urllib.parse import quote, urljoin, urlsplit

import pytest

from consent import staff
from consent.staff import Grant, Role
from tests.web.console.people import (
    COOKIE,
    OURS,
    PASSWORD,
    PUBLIC,
    a_member,
    form_of,
    logged_in,
    with_cookie,
)

HTML = {"Accept": "text/html"}
EVIL = "evil.example"
# No answer here depends on the kind of database.
pytestmark = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
SLASHES = ("//", "///", "/\\", "\\\\", "\\/", "/\t/", "/\n/", "/\r/", "/ /", "/%2f", "/%5c", "／／")
SCHEMES = (
    "http:", "https:", "HTTPS:", "javascript:", "java\tscript:", "data:", "vbscript:", "ftp:",
    "ws:", "file:", "blob:", "about:",
)  # fmt: skip
BEFORE = ("", " ", "\t", "\n", "\0", "\u2028", "\ufeff", "%20", "%0a")
INSIDE = (
    "/console//{evil}", "/console/..//{evil}", "/console/../../{evil}", "/console@{evil}",
    "/console.{evil}", "/console:80@{evil}", "/console\\@{evil}", "/console/%2e%2e//{evil}",
    "/console/\r\nLocation: https://{evil}/", "/console/%0d%0aLocation:%20https://{evil}/",
    "/console/?next=//{evil}", "/console/#//{evil}", "/console;@{evil}", "/consoles/{evil}",
    "/console/\0//{evil}", "/console/\u3002{evil}", "/console/<script>{evil}", "console/{evil}",
    "/console/;//{evil}", "?next=//{evil}", "#//{evil}", "@{evil}", ":80@{evil}", ".{evil}",
)  # fmt: skip
PATHS = ("/", "", "/console/", "?/console/", "#/console/", "%2f..", "/console/@consent.example")


def payloads() -> list[str]:
    """Return addresses that a browser, or a careless parser, would take to another host."""
    found = [before + slashes + EVIL for before in BEFORE for slashes in SLASHES]
    found += [scheme + slashes + EVIL for scheme in SCHEMES for slashes in ("", "//", "/\\")]
    found += [f"https://{user}{EVIL}{path}" for user in ("", f"{PUBLIC}@") for path in PATHS]
    found += [each.format(evil=EVIL) for each in INSIDE]
    found += [quote(each) for each in found[:40]]
    return list(dict.fromkeys(found))


def leads_home(location: str) -> bool:
    """Say whether a browser that stands in the console stays there."""
    for base in (f"{PUBLIC}/console/login", f"{PUBLIC}/console/login/code"):
        # What a browser does before it reads an address.
        read = location.strip("".join(map(chr, range(33)))).replace("\\", "/")
        read = read.replace("\t", "").replace("\n", "").replace("\r", "")
        parts = urlsplit(urljoin(base, read))
        if f"{parts.scheme}://{parts.netloc}" != PUBLIC or not parts.path.startswith("/console"):
            return False
    return "evil" not in location.partition("?")[0] or location.startswith("/console/")


def send(client, page, data):
    form = form_of(client.get(page, headers=HTML))
    return client.post(page, data={"form": form, **data}, headers={**HTML, **OURS})


@pytest.fixture
def ada(database):
    with database.transaction() as session:
        return a_member(session, Grant(Role.ADMIN))


@pytest.fixture
def fast(monkeypatch, ada):
    """Let the password be right at once: what is tested comes after it."""
    monkeypatch.setattr(staff, "authenticate", lambda *_, **__: ada)


def test_there_are_two_hundred_of_them(database) -> None:
    assert len(payloads()) >= 200
    assert leads_home("/console/")
    assert leads_home("/console/trail?verb=x")
    assert not leads_home("//evil.example")
    assert not leads_home("/\\evil.example")
    assert not leads_home("/console/../log")
    assert not leads_home("https://consent.example@evil.example/console/")


def test_a_login_leads_into_the_console_wherever_next_would_lead(app, ada, fast):
    client = app.test_client()
    form = form_of(client.get("/console/login", headers=HTML))
    for payload in payloads():
        data = {"form": form, "email": ada.email, "password": PASSWORD, "next": payload}
        answer = client.post("/console/login", data=data, headers={**HTML, **OURS})
        assert answer.status_code == 303, payload
        assert leads_home(answer.location), (payload, answer.location)
        client.delete_cookie(COOKIE, domain="localhost")


def test_who_is_in_already_is_sent_into_the_console_too(client, database, ada):
    member = logged_in(client, database)
    for payload in payloads():
        answer = member.get("/console/login", query_string={"next": payload})
        assert answer.status_code == 303
        assert leads_home(answer.location), (payload, answer.location)


def test_the_second_factor_leads_into_the_console_too(app, database, ada, fast, monkeypatch):
    client = app.test_client()
    form = form_of(client.get("/console/login", headers=HTML))
    monkeypatch.setattr(ada, "totp_secret", "is there")
    monkeypatch.setattr(staff, "complete", lambda *_, **__: "whole")
    with database.transaction() as session:
        half = staff.begin(session, ada, "Firefox", is_whole=False)
    for payload in payloads():
        data = {"form": form, "email": ada.email, "password": PASSWORD, "next": payload}
        asked = client.post("/console/login", data=data, headers={**HTML, **OURS})
        assert asked.location.startswith("/console/login/code")
        assert leads_home(asked.location), (payload, asked.location)
        with_cookie(client, half)
        data = {"form": form, "code": "123456", "next": payload}
        answer = client.post("/console/login/code", data=data, headers={**HTML, **OURS})
        assert answer.status_code == 303, payload
        assert leads_home(answer.location), (payload, answer.location)
        client.delete_cookie(COOKIE, domain="localhost")


def test_the_password_once_more_leads_back_into_the_console(
    client, database, ada, fast, monkeypatch
):
    member = logged_in(client, database)
    monkeypatch.setattr(staff, "confirm", lambda *_, **__: client.get_cookie(COOKIE).value)
    form = form_of(member.get("/console/account"))
    for payload in payloads():
        data = {"form": form, "password": PASSWORD, "next": payload}
        answer = client.post("/console/again", data=data, headers={**HTML, **OURS})
        assert answer.status_code == 303, payload
        assert leads_home(answer.location), (payload, answer.location)


def test_where_one_really_was_one_comes_back_to(app, ada, fast):
    client = app.test_client()
    wanted = "/console/sites/demo/records?from=2026-11-01&subject=s_x"
    data = {"email": ada.email, "password": PASSWORD, "next": wanted}
    assert send(client, "/console/login", data).location == wanted
