"""`consent token`, and the first login that `consent init` and the demo make."""

import re

from consent import staff
from consent.demo import seed
from tests.cli.test_commands import run, shop  # noqa: F401 - fixtures

EVENTS = "/api/v1/staff/events"


def ask(client, token):
    return client.get(EVENTS, headers={"Authorization": f"Bearer {token}"})


def test_a_token_opens_the_api_until_it_is_revoked(run, client):  # noqa: F811
    status, out, _ = run("token", "create", "--role", "auditor", "--name", "warehouse")
    assert status == 0
    token = out.strip()
    assert re.fullmatch(r"consent_[\w-]{43}", token)
    assert ask(client, token).status_code == 200
    key, role, place, state, name = run("token", "list")[1].strip().split("\t")
    assert (role, place, state, name) == ("auditor", "*", "active", "warehouse")
    assert run("token", "revoke", key)[0] == 0
    assert ask(client, token).status_code == 401
    assert "\trevoked\t" in run("token", "list")[1]


def test_a_token_of_a_site_or_with_another_ability_opens_less(run, client, shop):  # noqa: F811
    token = run("token", "create", "--site", "shop", "--role", "admin")[1].strip()
    assert ask(client, token).status_code == 403
    only = run("token", "create", "--role", "admin", "--only", "read")[1].strip()
    assert ask(client, only).status_code == 403


def test_wrong_use_says_so(run):  # noqa: F811
    assert run("token", "create", "--role", "king")[0] == 2
    assert run("token", "create", "--role", "viewer", "--site", "nobody")[0] == 1
    assert run("token", "revoke", "t_nobody")[0] == 1
    assert run("token", "create", "--role", "viewer", "--until", "2020-01-01")[0] == 1


def test_the_first_administrator_gets_a_password_that_works_once(run, database):  # noqa: F811
    status, out, _ = run("init", "--admin", "Ada@shop.example", "--name", "Ada")
    assert status == 0
    password = re.search(r"another: ([0-9a-f-]{24})$", out, re.MULTILINE).group(1)
    with database.reading() as session:
        member = staff.authenticate(session, "ada@shop.example", password)
        assert member.is_password_once
        assert staff.principal_of_member(session, member).may(staff.Ability.MANAGE)
    # Lost: the machine's owner makes another one, and no second member.
    assert password not in run("init", "--admin", "ada@shop.example")[1]
    with database.reading() as session:
        assert staff.authenticate(session, "ada@shop.example", password) is None
        assert len(staff.members(session)) == 1


def test_the_demo_says_a_new_password_until_somebody_chose_their_own(database):
    with database.transaction() as session:
        first = seed.admin(session)
        assert first != seed.admin(session)
        staff.set_password(session, staff.by_email(session, seed.ADMIN), "a lake of green ink")
        assert seed.admin(session) is None
