"""A listener on loopback that counts who comes, and a server that answers as a test wants."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from consent.outgoing import targets


@dataclass
class Trap:
    """Takes connections on every loopback address, and counts them."""

    port: int
    came: int = 0


@pytest.fixture
def trap(monkeypatch) -> Iterator[Trap]:
    """Listen on 127.0.0.1 and ::1 alike; its port is one that may be asked."""
    over = threading.Event()
    first = socket.create_server(("127.0.0.1", 0))
    found = Trap(first.getsockname()[1])
    sockets = [first]
    with suppress(OSError):
        sockets.append(socket.create_server(("::1", found.port), family=socket.AF_INET6))

    def accept(listening: socket.socket) -> None:
        listening.settimeout(0.02)
        while not over.is_set():
            with suppress(TimeoutError):
                taken, _ = listening.accept()
                found.came += 1
                taken.close()

    threads = [threading.Thread(target=accept, args=(each,)) for each in sockets]
    for thread in threads:
        thread.start()
    monkeypatch.setattr(targets, "PORTS", targets.PORTS | {found.port})
    yield found
    over.set()
    for thread in threads:
        thread.join()
    for each in sockets:
        each.close()


Answered = tuple[int, dict[str, str], bytes]


@dataclass
class Asked:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Server:
    """Answers what `answer` says and keeps what was asked."""

    url: str = ""
    answer: Callable[[Asked], Answered] = lambda _: (200, {}, b"fine")
    asked: list[Asked] = field(default_factory=list)

    @property
    def port(self) -> int:
        return int(self.url.rpartition(":")[2])


@contextmanager
def serving() -> Iterator[Server]:
    """Answer any request on loopback."""
    made = Server()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, dict(self.headers.items()), body)
            made.asked.append(asked)
            status, headers, content = made.answer(asked)
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_HEAD = answer  # noqa: N815 - the library's names

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing when a client hangs up."""

    server = Quiet(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    """Give a server on loopback."""
    with serving() as made:
        yield made
