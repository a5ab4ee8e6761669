"""THE DOORS: HTTP cut by audience; with the app and the commands the only code that knows Flask."""

from flask import Flask
from flask_smorest import Api

from consent.web import api, console, errors, guards, health, log, observe, pages, probe, verify
from consent.web.visitor import (
    hashes,
    history,
    preferences,
    receipt_page,
    receipts,
    records,
    rights,
    shown,
    snippet,
    versions,
    wellknown,
)

# Described in the API document; the others are pages and probes.
DESCRIBED = (records.door, receipts.door, shown.door, snippet.door)
PAGES = (
    hashes.door,
    preferences.door,
    history.door,
    rights.door,
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
    described = QuietApi(app)
    described.spec.components.security_scheme(api.guards.BEARER, api.SCHEME)
    for each in (*DESCRIBED, *api.DOORS):
        described.register_blueprint(each)
    for door in PAGES:
        app.register_blueprint(door)
    app.register_blueprint(api.reference.door)
    console.register(app)
    pages.register(app)
    errors.register(app)
    app.after_request(guards.allow_reading)
