"""People with a login, as tests of the console use them: made, logged in, sending forms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from consent import staff
from consent.db import Database
from consent.staff import Grant, Person, Role, StaffMember

PUBLIC = "https://consent.example"
COOKIE = "__Host-consent-staff"
PASSWORD = "seven tall giraffes read newspapers"
OURS = {"Origin": PUBLIC, "Sec-Fetch-Site": "same-origin"}


@dataclass
class Staff:
    """A member with a browser that is logged in."""

    client: FlaskClient
    member: StaffMember

    def get(self, url: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(url, headers={"Accept": "text/html"}, **more)

    def post(
        self, url: str, data: Mapping[str, Any] | None = None, *, page: str | None = None
    ) -> TestResponse:
        """Send a form, with the token that any page of this login carries."""
        form = form_of(self.get(page or "/console/account"))
        headers = {"Accept": "text/html", **OURS}
        return self.client.post(url, data={"form": form, **(data or {})}, headers=headers)


def a_member(
    session: Session,
    *grants: Grant,
    email: str = "ada@shop.example",
    name: str = "Ada",
    password: str | None = PASSWORD,
) -> StaffMember:
    """Make a member with roles and the usual password; without one it is much faster."""
    return staff.create_member(session, Person(name, email), grants, password)


def logged_in(
    client: FlaskClient,
    database: Database,
    role: Role = Role.ADMIN,
    site_id: int | None = None,
    *,
    email: str | None = None,
) -> Staff:
    """Make a member with a role, on a site or on all, and log them in without the login page.

    Each needs a client of its own (`app.test_client()`), as each has a browser of their own.
    """
    with database.transaction() as session:
        address = email or f"{role.value}-{site_id or 'all'}@shop.example"
        member = a_member(session, Grant(role, site_id), email=address, name=role.value.title())
        token = staff.begin(session, member, "Firefox on Linux", is_whole=True)
    with_cookie(client, token)
    return Staff(client, member)


def with_cookie(client: FlaskClient, token: str) -> None:
    """Give a browser the cookie of a login."""
    client.set_cookie(COOKIE, token, domain="localhost", secure=False)


def form_of(answer: TestResponse) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="form" value="([^"]+)"', answer.text)
    assert found, answer.text[:500]
    return found.group(1)
