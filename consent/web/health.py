"""What monitors ask: is the process alive, can it keep a decision, what did it count."""

from flask import Blueprint, Response

from consent import clock, metrics
from consent.web import figures, guards, headers
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
    look = services().readiness.look()
    queue = look.queue and {
        "leaves": look.queue.leaves,
        "oldest_seconds": look.seconds_in_queue(),
    }
    answer = {
        "ready": look.ready,
        "at": clock.to_text(clock.now()),
        "database": look.database,
        "migrations": look.migrations,
        "log": {"unsigned_since": look.unsigned_since and clock.to_text(look.unsigned_since)},
        "queue": queue,
        "worker": look.worker_seen and clock.to_text(look.worker_seen),
        "warnings": look.warnings,
    }
    response = headers.json_answer(answer, 200 if look.ready else 503)
    if not look.ready:
        response.headers["Retry-After"] = "5"
    return response


@door.get("/metrics")
@guards.anyone
def exposition() -> Response:
    """Return what was counted and what is now, for Prometheus."""
    look = services().readiness.look()
    kind = services().database.engine.dialect.name
    found = metrics.exposition(figures.of(look, kind))
    return headers.apply(Response(found, content_type=metrics.MEDIA_TYPE), headers.API)
