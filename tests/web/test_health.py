"""What monitors ask: alive without a database, ready only when a decision could be kept."""

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consent import clock, create_app, ledger, worker
from consent.db import Database
from consent.ledger.models import Log
from consent.web.services import EXTENSION
from tests.factories import a_body, post


def create_app_again(app: Flask) -> FlaskClient:
    """Give a client of a service that remembers no look of a moment ago."""
    services = app.extensions[EXTENSION]
    return create_app(services.settings, services.database).test_client()


def test_a_living_process_says_so(client):
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ok"})
    assert answer.headers["Cache-Control"] == "no-store"


def test_it_is_ready_when_a_write_is_durable_and_says_how_many_leaves_wait(client, demo):
    post(client, demo, a_body(demo))
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["ready"]) == (200, True)
    assert (answer.json["migrations"], answer.json["database"]) == ("ok", "ok")
    assert answer.json["queue"]["leaves"] == 2


def test_a_probe_may_ask_for_the_headers_alone(client, demo):
    answer = client.head("/readyz")
    assert (answer.status_code, answer.data) == (200, b"")


def test_it_says_since_when_leaves_have_a_place_and_no_signature(app, client, demo):
    sequencer = app.extensions[EXTENSION].sequencer
    assert client.get("/readyz").json["log"] == {"unsigned_since": None}
    with app.extensions[EXTENSION].database.reading() as session:
        log_id = ledger.log_id_of(session, demo.site.id)
    sequencer.place(log_id)
    told = create_app_again(app).get("/readyz").json
    assert told["log"]["unsigned_since"].startswith("20")
    with time_machine.travel(clock.now() + timedelta(minutes=3), tick=True):
        late = create_app_again(app).get("/readyz")
    assert late.status_code == 200
    assert "are in no signed checkpoint" in " ".join(late.json["warnings"])
    sequencer.show(log_id)
    assert create_app_again(app).get("/readyz").json["log"] == {"unsigned_since": None}


def test_it_says_since_when_the_oldest_leaf_waits(client, demo):
    with time_machine.travel(clock.now() + timedelta(hours=2), tick=True):
        assert client.get("/readyz").json["queue"]["oldest_seconds"] in range(7200, 7260)


def test_a_worker_that_never_reported_is_a_warning_and_no_reason_to_send_nobody(client, demo):
    answer = client.get("/readyz")
    assert (answer.status_code, answer.json["worker"]) == (200, None)
    assert answer.json["warnings"] == ["No worker has reported yet: start `consent worker`."]


def test_a_worker_that_is_silent_for_minutes_is_a_warning_that_says_since_when(app, database, demo):
    worker.run_all(database)
    told = app.test_client().get("/readyz").json
    assert told["warnings"] == []
    with time_machine.travel(clock.now() + timedelta(minutes=6), tick=True):
        later = create_app_again(app).get("/readyz")
    assert later.status_code == 200
    assert any(told["worker"] in warning for warning in later.json["warnings"])


def test_a_job_that_fails_is_a_warning_that_names_it(app, database, demo, monkeypatch):
    worker.run_all(database)

    def broken(*_: object) -> None:
        raise OperationalError("DELETE", {}, Exception("no"))

    monkeypatch.setattr("consent.records.forget_events", broken)
    worker.run_all(database)
    (warning,) = app.test_client().get("/readyz").json["warnings"]
    assert "'forget events'" in warning
    monkeypatch.undo()
    worker.run_all(database)
    assert create_app_again(app).get("/readyz").json["warnings"] == []


def test_a_disk_that_is_nearly_full_is_a_warning_where_the_disk_is_ours(
    app, database, demo, monkeypatch
):
    worker.run_all(database)
    monkeypatch.setattr("consent.web.readiness.LEAST_FREE_BYTES", 2**60)
    answer = app.test_client().get("/readyz")
    assert answer.status_code == 200
    ours = database.engine.dialect.name == "sqlite"
    assert [said.startswith("Only ") for said in answer.json["warnings"]] == [True] * ours


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
    assert answer.json["database"] == "not tried"
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
