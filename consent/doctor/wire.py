"""Ask a web server as a browser would: caps on bytes and time, redirects followed one by one.

An address is what the operator typed or configured, so any host may be asked, this machine
included; only http and https are spoken.
"""

import ssl
import time
import warnings
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

from urllib3 import HTTPHeaderDict, PoolManager, Timeout
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    InsecureRequestWarning,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    SSLError,
)  # fmt: skip
from urllib3.exceptions import (
    TimeoutError as SlowError,
)

MOST_BYTES = 8 * 1024 * 1024
MOST_REDIRECTS = 8
SECONDS_TO_CONNECT, SECONDS_TO_READ, SECONDS_IN_ALL = 5.0, 10.0, 30.0
CHUNK = 64 * 1024
_REDIRECTS = {301, 302, 303, 307, 308}


class UnreachableError(Exception):
    """There was no answer; the message says why, in the middle of a sentence."""

    def __init__(self, message: str, *, certificate: bool = False) -> None:
        super().__init__(message)
        self.certificate = certificate


@dataclass(frozen=True)
class Answer:
    """What came back at last, and on the way there."""

    url: str
    status: int
    headers: HTTPHeaderDict
    body: bytes
    # the body was longer than is read
    cut: bool = False
    # addresses that sent on
    through: tuple[str, ...] = ()
    # every Set-Cookie header, those of the redirects first
    cookies: tuple[str, ...] = field(default=(), repr=False)

    @property
    def text(self) -> str:
        """Return the body as text; what is no UTF-8 shows as such."""
        return self.body.decode("utf-8", "replace")


class Wire:
    """Connections kept for one run of the doctor."""

    def __init__(self, *, insecure: bool = False) -> None:
        self._insecure = insecure
        self._pool = PoolManager(
            retries=False,
            timeout=Timeout(connect=SECONDS_TO_CONNECT, read=SECONDS_TO_READ),
            cert_reqs="CERT_NONE" if insecure else "CERT_REQUIRED",
        )

    def __enter__(self) -> Self:
        """Begin."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        self._pool.clear()

    def get(self, url: str, headers: dict[str, str] | None = None, *, follow: int = 0) -> Answer:
        """Return the answer at an address; no answer at all is an `UnreachableError`."""
        deadline = time.monotonic() + SECONDS_IN_ALL
        through: list[str] = []
        cookies: list[str] = []
        jar: dict[str, dict[str, str]] = {}
        while True:
            host = urlsplit(url).netloc
            answer = self._once(url, {**(headers or {}), **_kept(jar.get(host))}, deadline)
            for cookie in answer.headers.getlist("Set-Cookie"):
                cookies.append(cookie)
                name, _, value = cookie.partition(";")[0].partition("=")
                jar.setdefault(host, {})[name.strip()] = value.strip()
            location = answer.headers.get("Location")
            if answer.status not in _REDIRECTS or not location or not follow:
                break
            if len(through) == follow:
                raise UnreachableError(f"it sends on more than {follow} times")
            through.append(url)
            url = urljoin(url, location)
        return Answer(
            url, answer.status, answer.headers, answer.body, answer.cut,
            tuple(through), tuple(cookies),
        )  # fmt: skip

    def _once(self, url: str, headers: dict[str, str], deadline: float) -> Answer:
        if urlsplit(url).scheme not in {"http", "https"}:
            raise UnreachableError(f"{url} is neither http nor https")
        try:
            with warnings.catch_warnings():
                if self._insecure:
                    warnings.simplefilter("ignore", InsecureRequestWarning)
                response = self._pool.request(
                    "GET", url, headers=headers, redirect=False, preload_content=False
                )
            try:
                body = bytearray()
                while len(body) <= MOST_BYTES:
                    if time.monotonic() > deadline:
                        raise UnreachableError(f"it took longer than {SECONDS_IN_ALL:.0f} s")
                    # What has come, not a whole chunk: somebody may send a byte at a time.
                    chunk = response.read1(CHUNK, decode_content=True)
                    if not chunk:
                        break
                    body += chunk
            finally:
                response.close()
        except (HTTPError, OSError, ValueError) as error:
            raise _in_words(error) from error
        cut = len(body) > MOST_BYTES
        return Answer(url, response.status, response.headers, bytes(body[:MOST_BYTES]), cut)


def _kept(cookies: dict[str, str] | None) -> dict[str, str]:
    if not cookies:
        return {}
    return {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}


def _in_words(error: Exception) -> UnreachableError:
    if isinstance(error, SSLError):
        return _certificate(error)
    for kind, words in (
        (NameResolutionError, "its name is not known here (DNS)"),
        (NewConnectionError, "nothing takes connections there"),
        (ConnectTimeoutError, f"it did not take a connection within {SECONDS_TO_CONNECT:.0f} s"),
        (SlowError, f"it did not answer within {SECONDS_TO_READ:.0f} s"),
        (DecodeError, "its compressed answer cannot be unpacked"),
        (LocationParseError, "it is no address"),
    ):
        if isinstance(error, kind):
            return UnreachableError(words)
    return UnreachableError(f"the connection broke ({type(error).__name__})")


def _certificate(error: SSLError) -> UnreachableError:
    cause = error.args[0] if error.args else error
    if isinstance(cause, ssl.SSLCertVerificationError):
        return UnreachableError(
            f"its certificate is not valid: {cause.verify_message.rstrip('.')}", certificate=True
        )
    return UnreachableError("it speaks no TLS that is understood there")
