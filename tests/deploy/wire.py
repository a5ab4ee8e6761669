"""How tests talk to a proxy: by name, over TLS, on ports of their own."""

import base64
import hashlib
import http.client
import json
import socket
import ssl
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def certificate(folder: Path, *names: str) -> None:
    """Make a certificate for these names that signs itself."""
    folder.mkdir(exist_ok=True)
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    words += ["-nodes", "-days", "2", "-subj", f"/CN={names[0]}"]
    words += ["-addext", "subjectAltName=" + ",".join(f"DNS:{name}" for name in names)]
    words += ["-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem")]
    subprocess.run(words, check=True, capture_output=True, timeout=60)


def key_digest(certificate: Path) -> str:
    """Return what Chromium calls a certificate's key, to trust this one and no other."""
    shown = ["openssl", "x509", "-in", str(certificate), "-noout", "-pubkey"]
    key = subprocess.run(shown, check=True, capture_output=True, timeout=60).stdout
    body = b"".join(key.splitlines()[1:-1])
    return base64.b64encode(hashlib.sha256(base64.b64decode(body)).digest()).decode()


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def all(self, name: str) -> list[str]:
        """Return every value of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Wire:
    """A proxy on this machine."""

    certificate: Path
    plain: int
    secure: int
    _context: ssl.SSLContext = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_context", ssl.create_default_context(cafile=self.certificate))

    def url(self, host: str) -> str:
        """Return the address of a name, as browsers are to use it."""
        return f"https://{host}:{self.secure}"

    def ask(
        self,
        host: str,
        path: str,
        headers: dict[str, str] | None = None,
        body: bytes | None = None,
        *,
        secure: bool = True,
    ) -> Answer:
        """Send one request, word for word."""
        connection = http.client.HTTPConnection(host, timeout=30)
        connection.sock = self.connect(host, secure=secure)
        try:
            connection.request("GET" if body is None else "POST", path, body, headers or {})
            response = connection.getresponse()
            return Answer(response.status, response.getheaders(), response.read())
        finally:
            connection.close()

    def connect(self, host: str, *, secure: bool = True) -> socket.socket:
        """Open a connection to the proxy under a name."""
        raw = socket.create_connection(("127.0.0.1", self.secure if secure else self.plain), 30)
        return self._context.wrap_socket(raw, server_hostname=host) if secure else raw

    def wait(self) -> None:
        """Wait until the proxy takes connections."""
        wait_for(self.secure)
        wait_for(self.plain)


def wait_for(port: int) -> None:
    """Wait until somebody listens at a port."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"nobody listened at port {port} in 60 s")
