"""THE DOORS: HTTP cut by audience; with the app and the commands the only code that knows Flask."""

from flask import Flask
from flask_smorest import Api

from consent.web import errors, guards, health, log, observe, pages, probe, verify
from consent.web.visitor import (
    history,
    preferences,
    receipt_page,
    receipts,
    records,
    snippet,
    versions,
    wellknown,
)

# Described in the API document; the others are pages and probes.
DESCRIBED = (records.door, receipts.door, snippet.door)
PAGES = (
    preferences.door,
    history.door,
    versions.door,
    wellknown.door,
    health.door,
    log.door,
    probe.door,
    receipt_page.door,
    verify.door,
)


class QuietApi(Api):
    """The API description alone: failures are answered by `web.errors`, headers included."""

    def _register_error_handlers(self) -> None:
        """Leave failures to the app."""


def register(app: Flask) -> None:
    """Hang all doors into the app."""
    observe.register(app)
    api = QuietApi(app)
    for described in DESCRIBED:
        api.register_blueprint(described)
    for door in PAGES:
        app.register_blueprint(door)
    pages.register(app)
    errors.register(app)
    app.after_request(guards.allow_reading)
