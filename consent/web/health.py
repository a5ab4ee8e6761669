"""What monitors ask: is the process alive, can it keep a decision."""

from flask import Blueprint, Response
from sqlalchemy.orm import Session

from consent import clock, ledger, migrate
from consent.web import guards, headers
from consent.web.services import services

door = Blueprint("health", __name__)


@door.get("/healthz")
@guards.anyone
def alive() -> Response:
    """Answer while the process lives."""
    return headers.json_answer({"status": "ok"})


@door.get("/readyz")
@guards.anyone
def ready() -> Response:
    """Say whether a decision could be stored now: by a durable write, not by hope."""
    checks = {"migrations": "ok", "database": "ok"}
    try:
        if not migrate.is_current(services().database):
            checks["migrations"] = "the schema is not that of this release: run `consent upgrade`"
        checks["queue"] = str(services().writer.run(_write_and_count))
    except Exception:  # noqa: BLE001 - whatever it is, the answer is "not ready"
        checks["database"] = "a durable write failed"
    good = checks["migrations"] == checks["database"] == "ok"
    warnings = services().database.dialect.explain(services().database.engine) if good else []
    answer = {"ready": good, "at": clock.to_text(clock.now()), **checks, "warnings": warnings}
    response = headers.json_answer(answer, 200 if good else 503)
    if not good:
        response.headers["Retry-After"] = "5"
    return response


def _write_and_count(session: Session) -> int:
    ledger.touch(session)
    return ledger.waiting(session)
