"""A log that is not public: an auditor's token opens its tiles, on its site alone."""

import pytest

from consent import ledger, staff
from consent.staff import Order, Role
from tests.exports.evidence import placed, three_days
from tests.factories import a_published_site


def a_token(database, role=Role.AUDITOR, site_id=None) -> dict[str, str]:
    with database.transaction() as session:
        _, token = staff.create_token(session, Order("test", role, site_id), None, "test")
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def tile(database, settings, demo) -> str:
    log_id = placed(database, settings, demo)
    with database.reading() as session:
        size = ledger.published(session, log_id).size
    return f"/log/demo/tile/0/000.p/{size}"


def test_an_auditor_reads_tiles_and_no_cache_keeps_them(client, database, demo, tile):
    auditor = a_token(database, site_id=demo.site.id)
    for path in (tile, tile.replace("/0/", "/entries/")):
        answer = client.get(path, headers=auditor)
        assert answer.status_code == 200, path
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers
    assert client.get("/log/demo/tile/0/001", headers=auditor).status_code == 404


def test_without_a_token_there_is_nothing(client, tile):
    assert client.get(tile).status_code == 404


@pytest.mark.parametrize("value", ["Bearer consent_nobody", "Basic YTpi", "Bearer", ""])
def test_a_wrong_token_is_refused(client, tile, value):
    answer = client.get(tile, headers={"Authorization": value})
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_viewer_is_told_and_another_sites_auditor_sees_nothing(client, database, demo, tile):
    viewer = a_token(database, Role.VIEWER, demo.site.id)
    assert client.get(tile, headers=viewer).status_code == 403
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    assert client.get(tile, headers=a_token(database, site_id=other.site.id)).status_code == 404


def test_the_instances_log_needs_an_auditor_of_everything(client, database, demo, settings):
    three_days(database, settings, demo)
    with database.reading() as session:
        log_id = ledger.instance_log_id(session)
    assert log_id is not None
    one, every = a_token(database, site_id=demo.site.id), a_token(database)
    path = "/log/instance/tile/0/000"
    assert client.get(path, headers=one).status_code in {403, 404}
    assert client.get(path, headers=every).status_code == 404
