"""Logs: one event a line, as JSON or as text, and nothing about a visitor in any of them.

Everything goes one way: our own events, the server's, SQLAlchemy's, alembic's. Three rules hold at
its end. A field that is not in FIELDS does not leave. What an exception says leaves only where it
cannot repeat what somebody sent. Secrets that were configured, and passwords in addresses, are
stars. `tests/operations/test_planted.py` looks for what must not be there in a running service.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping
from types import TracebackType

import orjson
import structlog
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DataError, DBAPIError
from structlog.stdlib import BoundLogger, ProcessorFormatter
from structlog.typing import EventDict, Processor

from consent.config import Settings

FIELDS = frozenset(
    {
        "timestamp", "level", "logger", "event", "exception",
        # a request
        "request_id", "method", "route", "status", "duration_ms", "site", "reason",
        # a background job
        "job", "outcome",
    }
)  # fmt: skip

# Types whose messages name files, addresses of servers and types, never a value somebody sent.
_SPEAKING = (OSError, AttributeError, ImportError, NameError, TypeError)
_PASSWORD = r"(?<=://)([^\s:/@]*:)[^\s@/]+(?=@)|(?<=password=)\S+"  # noqa: S105 - a pattern
_STARS = "***"
# A shorter one would hide half the words of a log; as part of an address it is starred anyway.
_LEAST_SECRET = 6
_MOST_FRAMES = 30
_MOST_CAUSES = 5


def setup(settings: Settings | None = None) -> None:
    """Send all logs to the standard error, in the form and from the level that was decided.

    Other people's loggers speak from `warning` on: below it the database's would repeat rows.
    """
    settings = settings or Settings()
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, _ToStandardError)]:
        root.removeHandler(handler)
    handler = _ToStandardError()
    handler.setFormatter(_formatter(settings))
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    logging.getLogger("consent").setLevel(settings.log_level.upper())
    sys.excepthook = _uncaught


def logger(name: str) -> BoundLogger:
    """Return a logger for events with fields."""
    found: BoundLogger = structlog.stdlib.get_logger(name)
    return found


def request_began(request_id: str) -> None:
    """Put a request's id on every line that this thread writes until the next one begins."""
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request_id=request_id)


class _ToStandardError(logging.Handler):
    """Writes each line in one piece to what is the standard error at that moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line; a log that cannot be written stops nobody."""
        try:
            sys.stderr.write(self.format(record) + "\n")
        except Exception:  # noqa: BLE001 - logging's own manner
            self.handleError(record)


def _formatter(settings: Settings) -> ProcessorFormatter:
    on_terminal = sys.stderr.isatty()
    as_text = settings.log_format == "text" or (settings.log_format == "auto" and on_terminal)
    renderer: Processor = (
        structlog.dev.ConsoleRenderer(
            colors=on_terminal, exception_formatter=structlog.dev.plain_traceback
        )
        if as_text
        else structlog.processors.JSONRenderer(serializer=_json)
    )
    last: list[Processor] = [
        ProcessorFormatter.remove_processors_meta,
        _Clean(_secrets(settings)),
        renderer,
    ]
    return ProcessorFormatter(foreign_pre_chain=_FIRST, processors=last)


def _json(value: Mapping[str, object], **_: object) -> str:
    return orjson.dumps(value).decode()


def _secrets(settings: Settings) -> Iterator[str]:
    yield from settings.secret_keys
    yield settings.ledger_key
    yield settings.anchor_webhook_secret
    yield settings.oidc_client_secret
    for url in (settings.database_url, settings.redis_url):
        if found := re.search(r"://[^\s:/@]*:([^\s@/]+)@", url):
            yield found.group(1)
            yield str(make_url(url).password)


class _Clean:
    """The last step before a line is written: known fields alone, and no secret in them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = sorted({each for each in secrets if len(each) >= _LEAST_SECRET}, key=len)
        self._pattern = re.compile("|".join([*map(re.escape, reversed(known)), _PASSWORD]))

    def __call__(self, _logger: object, _name: str, event: EventDict) -> EventDict:
        return {key: self._clean(value) for key, value in event.items() if key in FIELDS}

    def _clean(self, value: object) -> object:
        if isinstance(value, int | float):
            return value
        return self._pattern.sub(lambda found: f"{found.group(1) or ''}{_STARS}", str(value))


def _explain(_logger: object, _name: str, event: EventDict) -> EventDict:
    """Put an exception into words: its type, where it was raised, and what led to it."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else None
    if error is None and given:
        error = (given if isinstance(given, tuple) else sys.exc_info())[1]
    if error is not None:
        event["exception"] = "\nThis came of:\n".join(map(_told, _chain(error)))
    return event


def _chain(error: BaseException) -> Iterator[BaseException]:
    following: BaseException | None = error
    for _ in range(_MOST_CAUSES):
        if following is None:
            return
        yield following
        hidden = None if following.__suppress_context__ else following.__context__
        following = following.__cause__ or hidden


def _told(error: BaseException) -> str:
    kind = f"{type(error).__module__}.{type(error).__qualname__}".removeprefix("builtins.")
    frames = traceback.format_list(traceback.extract_tb(error.__traceback__, -_MOST_FRAMES))
    said = _said(error)
    return f"{kind}: {said}\n{''.join(frames)}" if said else f"{kind}\n{''.join(frames)}"


def _said(error: BaseException) -> str:
    # A database's second line quotes the row; a DataError quotes the value in its first.
    if isinstance(error, DBAPIError) and not isinstance(error, DataError):
        return str(error.orig).partition("\n")[0]
    return str(error) if isinstance(error, _SPEAKING) else ""


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logger(__name__).critical("The process ends by a failure", exc_info=error)


_FIRST: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    _explain,
]

structlog.configure(
    processors=[
        structlog.stdlib.filter_by_level,
        *_FIRST,
        ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=BoundLogger,
    cache_logger_on_first_use=True,
)
