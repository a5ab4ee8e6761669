"""Post to a server outside: no redirects, an end to its time and to its answer.

Each step has its own limit, and a clock closes the connection when all together take too long, as
with a server that sends a byte now and then.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from consent.anchors.work import RefusedError, SilentError

SECONDS_EACH, SECONDS_IN_ALL = 5.0, 10.0
MOST_BYTES = 64 * 1024
_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    content_type: str
    body: bytes

    @property
    def is_fine(self) -> bool:
        """Say whether the status is one of 200 to 299."""
        return 200 <= self.status < 300


def post(url: str, body: bytes, headers: Mapping[str, str]) -> Answer:
    """Return the answer to a POST, whatever its status; without one it is a `SilentError`."""
    clock = _Clock()
    try:
        connection = _connect(urlsplit(url), clock)
        try:
            connection.request("POST", _path(urlsplit(url)), body, {**_OURS, **headers})
            response = connection.getresponse()
            data = response.read(MOST_BYTES + 1)
        finally:
            connection.close()
    except ValueError as error:
        raise RefusedError("its address cannot be read") from error
    except (OSError, http.client.HTTPException) as error:
        raise SilentError(_in_words(error, is_late=clock.is_over)) from error
    finally:
        clock.stop()
    if len(data) > MOST_BYTES:
        raise RefusedError(f"its answer is longer than {MOST_BYTES} bytes")
    # An answer that was cut off looks as if it had ended.
    if clock.is_over or response.length:
        raise SilentError(_late() if clock.is_over else "its answer broke off")
    return Answer(response.status, response.getheader("Content-Type", ""), data)


class _Clock:
    """Ends a connection when its time is over."""

    def __init__(self) -> None:
        self.is_over = False
        self.socket: socket.socket | None = None
        self._timer = threading.Timer(SECONDS_IN_ALL, self._end)
        self._timer.daemon = True
        self._timer.start()

    def stop(self) -> None:
        self._timer.cancel()

    def _end(self) -> None:
        self.is_over = True
        if self.socket is not None:
            with suppress(OSError):
                # A TLS socket's own way would take the session from under the reading thread.
                socket.socket.shutdown(self.socket, socket.SHUT_RDWR)


def _connect(parts: SplitResult, clock: _Clock) -> http.client.HTTPConnection:
    host, port = parts.hostname, parts.port or _PORTS[parts.scheme]
    if not host:
        raise ValueError("no host")
    connection = http.client.HTTPConnection(host, port)
    clock.socket = socket.create_connection((host, port), SECONDS_EACH)
    connection.sock = clock.socket
    if parts.scheme == "https":
        wrapped = ssl.create_default_context().wrap_socket(
            clock.socket, server_hostname=host, do_handshake_on_connect=False
        )
        clock.socket = connection.sock = wrapped
        try:
            wrapped.do_handshake()
        except BaseException:
            connection.close()
            raise
    return connection


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def _in_words(error: Exception, *, is_late: bool) -> str:
    if is_late:
        return _late()
    if isinstance(error, TimeoutError):
        return f"it did not answer within {SECONDS_EACH:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"its certificate is not valid: {error.verify_message.rstrip('.')}"
    if isinstance(error, ConnectionRefusedError):
        return "nothing takes connections there"
    if isinstance(error, socket.gaierror):
        return "its name is not known here (DNS)"
    return f"the connection broke ({type(error).__name__})"


def _late() -> str:
    return f"it took longer than {SECONDS_IN_ALL:g} s"


_OURS = {"User-Agent": "consent-service", "Connection": "close"}
