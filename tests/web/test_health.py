"""What monitors ask: alive without a database, ready only when a decision could be kept."""

from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consent import clock, create_app
from consent.db import Database
from consent.ledger.models import Log
from tests.factories import a_body, post


def test_a_living_process_says_so(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_when_a_write_is_durable_and_says_how_many_leaves_wait(client, demo):
    post(client, demo, a_body(demo))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    assert (answer.json["migrations"], answer.json["database"], answer.json["queue"]) == (
        "ok",
        "ok",
        "2",
    )


def test_it_is_ready_before_the_first_site(client):
    assert client.get("/readyz").status_code == 200


def test_it_is_not_ready_when_a_commit_fails(client, demo, monkeypatch):
    def full(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    monkeypatch.setattr(Session, "commit", full)
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"]) == (503, False)
    assert int(answer.headers["Retry-After"]) > 0
    assert client.get("/healthz").status_code == 200


def test_it_writes_for_real_also_when_no_log_has_the_number_one(client, database):
    touched = []

    def note(_connection, cursor, statement, *_rest: object) -> None:
        if any(word in statement for word in ("UPDATE ", "INSERT ", "DELETE ")):
            touched.append(cursor.rowcount)

    with database.transaction() as session:
        session.add(Log(id=1007, created_at=clock.now()))
    event.listen(database.engine, "after_cursor_execute", note)
    assert client.get("/readyz").status_code == 200
    assert max(touched, default=0) >= 1


def test_a_database_of_another_release_is_not_ready(settings, tmp_path):
    empty = Database(f"sqlite:///{tmp_path / 'empty.db'}")
    answer = create_app(settings, empty).test_client().get("/readyz")
    assert answer.status_code == 503
    assert "consent upgrade" in answer.json["migrations"]
    empty.close()


def test_neither_names_a_visitor_a_key_or_the_databases_address(client, demo, settings):
    recorded = post(client, demo, a_body(demo)).json
    text_of_both = client.get("/readyz").text + client.get("/healthz").text
    for secret in (
        recorded["record_id"],
        recorded["subject"][:10],
        *settings.secret_keys,
        settings.database_url,
    ):
        assert secret not in text_of_both
