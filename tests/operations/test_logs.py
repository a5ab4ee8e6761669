"""Logs: one pipeline for all, JSON or text, secrets starred, exceptions without what they quote."""

import json
import logging
import os
import pty
import subprocess
import sys
from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from consent import logs

log = logging.getLogger("consent.tests")
SECRET = "a-planted-secret-of-many-letters"


def failing(statement) -> dict:
    """Log what a statement raises."""
    try:
        statement()
    except Exception:
        log.exception("It failed")


def worker_says(settings, *, terminal: bool, **environ: str) -> str:
    """Return what `consent worker --once` writes to its standard error."""
    given = {
        **os.environ,
        "CONSENT_DATABASE_URL": settings.database_url,
        "CONSENT_STATE_DIR": settings.state_dir,
        **environ,
    }
    words = [sys.executable, "-m", "consent", "worker", "--once"]
    if not terminal:
        return subprocess.run(
            words, env=given, capture_output=True, text=True, timeout=60, check=True
        ).stderr
    ours, theirs = pty.openpty()
    subprocess.run(words, env=given, stderr=theirs, timeout=60, check=True)
    os.close(theirs)
    said = b""
    try:
        while chunk := os.read(ours, 65536):
            said += chunk
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    return said.decode()


def test_a_job_says_its_name_outcome_and_duration_as_json(settings, database):
    events = [json.loads(line) for line in worker_says(settings, terminal=False).splitlines()]
    assert [event["job"] for event in events] == [
        "forget events", "forget deliveries", "forget handovers", "forget logins",
        "forget requests", "partitions ahead", "retention",
    ]  # fmt: skip
    for event in events:
        assert (event["event"], event["outcome"], event["level"]) == ("job", "held", "info")
        assert event["duration_ms"] >= 0


def test_on_a_terminal_people_read_text(settings, database):
    said = worker_says(settings, terminal=True)
    assert "forget events" in said
    assert "outcome" in said
    assert '{"' not in said


def test_the_form_and_the_level_can_be_chosen(settings, database):
    on_a_terminal = worker_says(settings, terminal=True, CONSENT_LOG_FORMAT="json")
    assert json.loads(on_a_terminal.splitlines()[0])["job"] == "forget events"
    in_a_file = worker_says(settings, terminal=False, CONSENT_LOG_FORMAT="text")
    assert "forget events" in in_a_file
    assert not in_a_file.startswith("{")
    assert worker_says(settings, terminal=False, CONSENT_LOG_LEVEL="warning") == ""
    lower = worker_says(settings, terminal=False, CONSENT_LOG_LEVEL="debug")
    assert '"heartbeat"' in lower


def test_a_field_that_nobody_allowed_does_not_leave(told):
    logs.logger("consent.tests").info("seen", site="demo", address="203.0.113.77", agent="Lynx")
    (event,) = told()
    assert event.keys() == {"event", "level", "logger", "timestamp", "site"}


@pytest.mark.parametrize(
    "changes",
    [
        {"secret_keys": (SECRET,)},
        {"ledger_key": SECRET},
        {"database_url": f"postgresql+psycopg://someone:{SECRET}@127.0.0.1/x"},
        {"redis_url": f"redis://:{SECRET}@127.0.0.1/0"},
    ],
)
def test_a_configured_secret_is_starred_wherever_it_turns_up(settings, capsys, told, changes):
    logs.setup(replace(settings, log_format="json", **changes))
    log.warning("here it is: %s, and again in %s", SECRET, {"key": SECRET})
    failing(lambda: open(f"/nowhere/{SECRET}"))  # noqa: SIM115, PTH123 - it is not there
    said = capsys.readouterr().err
    assert len(said.splitlines()) == 2
    assert said.count("***") == 3
    assert SECRET not in said


def test_a_percent_encoded_password_is_starred_in_both_forms(settings, capsys, told):
    url = "postgresql+psycopg://someone:pass%2Fword@127.0.0.1/x"
    logs.setup(replace(settings, log_format="json", database_url=url))
    log.warning("pass%2Fword is pass/word")
    assert json.loads(capsys.readouterr().err)["event"] == "*** is ***"


def test_a_password_in_any_address_is_starred(told):
    log.warning("redis://x:%s@host/0 and postgresql://me:%s@host", "short", "a!b")
    log.warning("conninfo 'host=x password=%s'", "other")
    first, second = told()
    assert first["event"] == "redis://x:***@host/0 and postgresql://me:***@host"
    assert "other" not in second["event"]


def test_a_database_error_keeps_its_first_line_and_loses_the_row_it_quotes(database, told):
    def twice() -> None:
        with database.transaction() as session:
            for _ in range(2):
                session.execute(
                    text(
                        "/* tests */ INSERT INTO job_run (name, every_seconds, took_ms, ran_at)"
                        " VALUES (:name, 1, 1, :at)"
                    ),
                    {"name": "planted-value", "at": "2026-11-24T00:00:00Z"},
                )

    failing(twice)
    (event,) = told()
    assert "IntegrityError" in event["exception"]
    assert "unique" in event["exception"].lower()
    assert "planted-value" not in str(event)


def test_an_error_about_a_value_keeps_its_place_and_not_the_value(database, told):
    value = f"planted-{len('value')}"
    failing(lambda: int(value))
    failing(lambda: {}[value])
    if database.engine.dialect.name == "postgresql":

        def cast() -> None:
            with database.reading() as session:
                session.execute(text("/* tests */ SELECT CAST(:v AS integer)"), {"v": value})

        with pytest.raises(DBAPIError, match=value):
            cast()
        failing(cast)
    events = told()
    assert all("test_logs.py" in event["exception"] for event in events)
    assert value not in str(events)


def test_what_led_to_an_error_is_told_too(told, tmp_path):
    def both() -> None:
        try:
            (tmp_path / "settings.toml").read_text()
        except FileNotFoundError as error:
            raise RuntimeError("outer") from error

    failing(both)
    said = told()[0]["exception"]
    assert said.startswith("RuntimeError\n")
    assert "FileNotFoundError: [Errno 2] No such file or directory: " in said
    assert said.index("RuntimeError") < said.index("This came of:") < said.index("Errno 2")


def test_other_peoples_loggers_speak_from_warning_on(told):
    logging.getLogger("sqlalchemy.engine").debug("Row ('planted',)")
    logging.getLogger("alembic").info("Running upgrade")
    logging.getLogger("sqlalchemy.pool").warning("connection lost")
    assert [event["logger"] for event in told()] == ["sqlalchemy.pool"]
