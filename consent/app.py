"""The application factory: settings, database, doors."""

from collections.abc import Callable, Iterable
from typing import Any

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

from consent import config, paths, web
from consent.config import Settings
from consent.db import Database
from consent.group_commit import GroupCommit
from consent.sequencer import Sequencer
from consent.signing import Signer
from consent.web.body import MOST_BYTES
from consent.web.limits import Limits
from consent.web.readiness import Readiness
from consent.web.services import EXTENSION, Services

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


def create_app(settings: Settings | None = None, database: Database | None = None) -> Flask:
    """Make the service. Without arguments everything comes from the environment."""
    settings = config.with_keys(settings or config.load())
    database = database or Database(settings.database_url)
    app = Flask("consent", template_folder=str(paths.TEMPLATES), static_folder=None)
    # No session is ever opened on visitor routes, and no answer depends on the Host header: every
    # address we write comes from CONSENT_PUBLIC_URL.
    app.config.update(
        SECRET_KEY=settings.secret_keys[-1],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[-2::-1]),
        MAX_CONTENT_LENGTH=MOST_BYTES + 1,
        MAX_FORM_MEMORY_SIZE=MOST_BYTES,
        MAX_FORM_PARTS=500,
        API_TITLE="Consent service",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX="/api",
        OPENAPI_JSON_PATH="openapi.json",
    )
    app.json.sort_keys = False  # type: ignore[attr-defined]
    writer = GroupCommit(database)
    app.extensions[EXTENSION] = Services(
        settings,
        database,
        Signer(settings.secret_keys),
        writer,
        Limits(settings),
        Readiness(database, writer),
        Sequencer(database, settings),
    )
    web.register(app)
    app.wsgi_app = _wrapped(app.wsgi_app, settings)  # type: ignore[method-assign, assignment]
    return app


def _wrapped(wsgi: WsgiApp, settings: Settings) -> WsgiApp:
    """Put static files and proxies around the app, and take off the public address's path."""
    # Files are asked for with a version in the query, so a year is safe.
    wsgi = WhiteNoise(wsgi, root=str(paths.STATIC), prefix="static/", max_age=31536000)
    if settings.trusted_proxies:
        wsgi = ProxyFix(wsgi, x_for=settings.trusted_proxies, x_proto=settings.trusted_proxies)
    prefix = settings.public_url.partition("://")[2].partition("/")[2].strip("/")
    return _Prefix(wsgi, f"/{prefix}") if prefix else wsgi


class _Prefix:
    """Serve the app under a path of the site's own host, whether or not the proxy strips it."""

    def __init__(self, wsgi: WsgiApp, prefix: str) -> None:
        self._wsgi = wsgi
        self._prefix = prefix

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Move the prefix from the path to the script name."""
        path = environ.get("PATH_INFO", "")
        if path == self._prefix or path.startswith(self._prefix + "/"):
            environ["PATH_INFO"] = path[len(self._prefix) :] or "/"
        environ["SCRIPT_NAME"] = self._prefix
        return self._wsgi(environ, start)
