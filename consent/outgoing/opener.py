"""Send a request to somebody else: to a checked address, with an end to its time and its answer.

urllib3 speaks HTTP and TLS; what is ours is which address it connects to. Nothing is read from the
environment, no proxy either. Each step has its own limit, and a clock ends the connection when all
together take too long, as with a server that sends a byte now and then.
"""

import http.client
import socket
import ssl
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urljoin

from urllib3 import BaseHTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from consent.config import Settings
from consent.outgoing.addresses import Allowed
from consent.outgoing.deadline import Clock
from consent.outgoing.messages import Answer, Limits, Reason, Request, UnreachableError
from consent.outgoing.targets import (
    ForbiddenError,
    Resolve,
    Target,
    by_system,
    origin_of,
    target,
)

CHUNK = 16 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}
# What a site may have told one host in confidence is not for another.
_PRIVATE = {"authorization", "cookie"}
_OURS = {"User-Agent": "consent-service", "Accept-Encoding": "identity", "Connection": "close"}


class Opener:
    """Opens addresses. `allowed` None is for those that the operator alone can set."""

    def __init__(
        self,
        allowed: Allowed | None,
        resolve: Resolve = by_system,
        trust: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = allowed
        self._resolve = resolve
        self._context = trust

    def send(self, request: Request, limits: Limits | None = None, *, follow: int = 0) -> Answer:
        """Return the answer, whatever its status; none at all is an `UnreachableError`.

        Up to `follow` redirects are gone after, each one checked like the first address.
        """
        limits = limits or Limits()
        clock = Clock(limits.seconds_in_all)
        try:
            for _ in range(follow + 1):
                place = self._target(request.url)
                answer = self._sent(request, place, limits, clock)
                location = answer.headers.get("Location")
                if not follow or answer.status not in _REDIRECTS or not location:
                    return answer
                request = _redirected(request, place, answer.status, str(location))
        finally:
            clock.stop()
        raise UnreachableError(Reason.REDIRECTS, f"it sends on more than {follow} times")

    def _sent(self, request: Request, place: Target, limits: Limits, clock: "Clock") -> Answer:
        connection: _Plain | _Secure
        if place.scheme == "https":
            connection = _Secure(
                place.host, place.port, timeout=limits.seconds_each, ssl_context=self._trust()
            )
        else:
            connection = _Plain(place.host, place.port, timeout=limits.seconds_each)
        connection.connects = lambda: _connected(place, limits, clock)
        try:
            answer = _exchanged(connection, request, place, limits)
            # An answer that was cut off by the clock may look as if it had ended.
            if clock.is_over:
                raise TimeoutError
        except (OSError, http.client.HTTPException, HTTPError, ValueError) as error:
            reason, words = _in_words(error, limits, is_late=clock.is_over)
            raise UnreachableError(reason, words) from error
        return answer

    def _trust(self) -> ssl.SSLContext:
        # Reading the machine's certificates takes longer than a handshake.
        self._context = self._context or ssl.create_default_context()
        return self._context

    def _target(self, url: str) -> Target:
        try:
            return target(url, self._allowed, self._resolve)
        except ForbiddenError as error:
            raise UnreachableError(Reason.FORBIDDEN, str(error)) from error
        except (OSError, UnicodeError) as error:
            raise UnreachableError(Reason.UNKNOWN, "its name is not known here (DNS)") from error


def _redirected(request: Request, place: Target, status: int, location: str) -> Request:
    """Return the request that a redirect asks for; it is checked when it is sent."""
    try:
        url = urljoin(request.url, location)
        origin = origin_of(url)
    except (ValueError, ForbiddenError) as error:
        raise UnreachableError(Reason.FORBIDDEN, "it sends on to an odd address") from error
    if place.scheme == "https" and origin[0] != "https":
        raise UnreachableError(Reason.REDIRECTS, "it sends on from https to less")
    following = replace(request, url=url.partition("#")[0])
    if status not in {307, 308} and request.method not in {"GET", "HEAD"}:
        following = replace(following, method="GET", body=None)
    if origin != place.origin:
        kept = {
            name: text for name, text in request.headers.items() if name.lower() not in _PRIVATE
        }
        following = replace(following, headers=kept)
    return following


def opener(settings: Settings) -> Opener:
    """Return what opens addresses that staff typed: global ones, and what the operator allowed."""
    return Opener(Allowed.of(settings.outgoing_allow))


def for_operator() -> Opener:
    """Return what opens addresses from the environment: any, since whoever sets them owns both."""
    return Opener(None)


def _exchanged(
    connection: HTTPConnection, request: Request, place: Target, limits: Limits
) -> Answer:
    try:
        connection.request(
            request.method,
            place.path,
            body=request.body,
            headers={**_OURS, **request.headers},
            preload_content=False,
        )
        response = connection.getresponse()
        try:
            data, is_longer = _body(response, limits)
        finally:
            response.close()
    finally:
        connection.close()
    if is_longer and not limits.may_cut:
        raise UnreachableError(
            Reason.TOO_LONG, f"its answer is longer than {limits.most_bytes} bytes"
        )
    return Answer(request.url, response.status, response.headers, data, cut=is_longer)


def _body(response: BaseHTTPResponse, limits: Limits) -> tuple[bytes, bool]:
    found = bytearray()
    while len(found) <= limits.most_bytes:
        chunk = response.read1(CHUNK, decode_content=True)
        if not chunk:
            break
        found += chunk
    return bytes(found[: limits.most_bytes]), len(found) > limits.most_bytes


class _Plain(HTTPConnection):
    connects: Callable[[], socket.socket]

    def _new_conn(self) -> socket.socket:
        return self.connects()


class _Secure(HTTPSConnection):
    connects: Callable[[], socket.socket]

    def _new_conn(self) -> socket.socket:
        return self.connects()


def _connected(place: Target, limits: Limits, clock: Clock) -> socket.socket:
    """Connect to a checked address, whatever the name would give by now."""
    last: OSError = ConnectionRefusedError()
    for address in place.addresses:
        if clock.is_over:
            raise TimeoutError
        try:
            made = socket.create_connection((address, place.port), limits.seconds_each)
        except OSError as error:
            last = error
            continue
        clock.watch(made)
        return made
    raise last


def _in_words(error: Exception, limits: Limits, *, is_late: bool) -> tuple[Reason, str]:
    if is_late:
        return Reason.SLOW, f"it took longer than {limits.seconds_in_all:g} s"
    cause = error.__cause__ or error.__context__ if isinstance(error, HTTPError) else None
    told = cause or error
    if isinstance(told, TimeoutError):
        return Reason.SLOW, f"it did not answer within {limits.seconds_each:g} s"
    if isinstance(told, ssl.SSLCertVerificationError):
        said = told.verify_message.rstrip(".")
        return Reason.CERTIFICATE, f"its certificate is not valid: {said}"
    if isinstance(told, ConnectionRefusedError):
        return Reason.REFUSED, "nothing takes connections there"
    if isinstance(told, http.client.IncompleteRead):
        return Reason.BROKEN, "its answer broke off"
    return Reason.BROKEN, f"the connection broke ({type(told).__name__})"
