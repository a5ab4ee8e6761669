"""What the worker did last is in the database, where any machine can see it."""

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from consent import jobs, worker
from consent.db import Database
from consent.jobs import JobRun


def runs(database: Database) -> dict[str, JobRun]:
    with database.reading() as session:
        return {run.name: run for run in jobs.reported(session)}


def broken(*_: object) -> None:
    raise ZeroDivisionError


def test_every_job_leaves_one_row_however_often_it_runs(database):
    for _ in range(3):
        worker.run_all(database)
    found = runs(database)
    assert found.keys() == {job.name for job in worker.JOBS}
    for job in worker.JOBS:
        assert found[job.name].every_seconds == job.every_seconds
        assert found[job.name].succeeded_at == found[job.name].ran_at


def test_a_job_that_fails_keeps_the_time_of_its_last_success(database, monkeypatch, told):
    worker.run_all(database)
    before = runs(database)["forget handovers"]
    monkeypatch.setattr("consent.records.forget_handovers", broken)
    worker.run_all(database)
    after = runs(database)
    failed = after["forget handovers"]
    assert failed.succeeded_at == before.succeeded_at < failed.ran_at
    assert after["forget events"].succeeded_at == after["forget events"].ran_at
    lines = [line for line in told() if line.get("job") == "forget handovers"]
    assert [line.get("outcome") for line in lines] == ["held", None, "failed"]
    assert "ZeroDivisionError" in lines[1]["exception"]


def test_a_run_that_cannot_be_reported_stops_no_other_job(database, monkeypatch, told):
    monkeypatch.setattr("consent.jobs.report", broken)
    worker.run_all(database)
    assert runs(database) == {}
    held = [line["job"] for line in told() if line.get("outcome") == "held"]
    assert held == [job.name for job in worker.JOBS]


def test_upkeep_that_fails_does_not_end_the_worker(database, monkeypatch, told):
    monkeypatch.setattr(Database, "tidy", broken)
    worker._tidy(database)
    assert "upkeep failed" in told()[0]["event"]


def test_a_worker_of_another_release_does_not_disturb(database, session: Session):
    session.execute(
        text(
            "/* tests */ INSERT INTO job_run (name, every_seconds, took_ms, ran_at)"
            " VALUES ('a job of later', 5, 1, :at)"
        ),
        {"at": 1 if database.engine.dialect.name == "sqlite" else "2026-11-24T00:00:00Z"},
    )
    session.flush()
    (found,) = jobs.reported(session)
    assert (found.name, found.succeeded_at) == ("a job of later", None)


@pytest.mark.parametrize("job", worker.JOBS, ids=lambda job: job.name)
def test_every_job_is_harmless_on_an_empty_database(database, job):
    worker._run(job, database)
    assert runs(database)[job.name].succeeded_at
