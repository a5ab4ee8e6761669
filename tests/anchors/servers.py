"""Real servers on loopback: a witness that checks, an authority that dates, some that misbehave."""

import base64
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from consent.errors import ProofError
from consent.ledger import notes, tree
from consent.ledger.cosignatures import CosignatureVerifier, signed

Headers = dict[str, str]
Answered = tuple[int, Headers, bytes]


@contextmanager
def serving(answer: Callable[[str, Headers, bytes], Answered]) -> Iterator[str]:
    """Answer POSTs; the address without a path."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status, headers, content = answer(self.path, dict(self.headers.items()), body)
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """Say nothing when a client hangs up."""

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def hanging(says: bytes = b"", every: float = 0.1) -> Iterator[str]:
    """Take connections and never finish: silent, or a byte now and then."""
    over = threading.Event()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(0.05)

    def keep(taken: socket.socket) -> None:
        with taken, suppress(OSError):
            for byte in says or b"-":
                if says:
                    taken.sendall(bytes([byte]))
                if over.wait(every if says else 60):
                    return

    def accept() -> None:
        keeping = []
        while not over.is_set():
            with suppress(TimeoutError):
                taken, _ = listening.accept()
                keeping.append(threading.Thread(target=keep, args=(taken,)))
                keeping[-1].start()
        for each in keeping:
            each.join()

    thread = threading.Thread(target=accept)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        over.set()
        thread.join()
        listening.close()


@dataclass
class AWitness:
    """A witness as the standard has it: it keeps size and root of each log and checks what comes.

    `signs` may change the text it signs, `line` the line it answers.
    """

    logs: dict[str, notes.Verifier]
    name: str = "witness.example/w1"
    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)
    held: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[bytes] = field(default_factory=list)
    answered: list[int] = field(default_factory=list)
    ahead: int = 0
    signs: Callable[[str], str] = lambda text: text
    line: Callable[[str], str] = lambda line: line

    @property
    def verifier(self) -> CosignatureVerifier:
        return CosignatureVerifier(self.name, self.key.public_key().public_bytes_raw())

    def __call__(self, path: str, _headers: Headers, body: bytes) -> Answered:
        self.asked.append(body)
        found = self._checked(body) if path.endswith("/add-checkpoint") else (404, {}, b"")
        self.answered.append(found[0])
        return found

    def _checked(self, body: bytes) -> Answered:
        head, _, note = body.decode().partition("\n\n")
        first, *lines = head.split("\n")
        stated = re.fullmatch(r"old (0|[1-9][0-9]*)", first)
        if stated is None:
            return 400, {}, b""
        old = int(stated.group(1))
        verifier = self.logs.get(note.partition("\n")[0])
        if verifier is None:
            return 404, {}, b""
        try:
            text = notes.opened(note, [verifier])
        except ProofError:
            return 403, {}, b""
        new = notes.checkpoint(text)
        if old > new.size:
            return 400, {}, b""
        size, root = self.held.get(new.origin, (0, tree.EMPTY_ROOT))
        if old != size or (size == new.size and root != new.root):
            return 409, {"Content-Type": "text/x.tlog.size"}, f"{size}\n".encode()
        try:
            path = [base64.b64decode(line, validate=True) for line in lines]
            tree.check_consistency(old, new.size, root, new.root, path)
        except ProofError:
            return 422, {}, b""
        self.held[new.origin] = (new.size, new.root)
        return 200, {}, self.cosigned(text).encode()

    def cosigned(self, text: str) -> str:
        seconds = int(time.time()) + self.ahead
        made = self.key.sign(signed(seconds, self.signs(text)))
        coded = base64.b64encode(self.verifier.key_id + seconds.to_bytes(8, "big") + made)
        return self.line(f"— {self.name} {coded.decode()}\n")


class AnAuthority:
    """A time stamp authority made of `openssl ts` and certificates that nobody else trusts."""

    def __init__(self, folder: Path, *, is_deep: bool = False) -> None:
        self.folder = folder
        self.asked: list[bytes] = []
        self.change: Callable[[bytes], bytes] = lambda answer: answer
        self.instead: Callable[[bytes], bytes] = lambda query: query
        root_key, root = _issued("root", None)
        issuer = (root_key, root)
        chain: list[x509.Certificate] = [root]
        if is_deep:
            issuer = _issued("between", (root_key, root))
            chain = [issuer[1], root]
        key, own = _issued("authority", issuer, dates=True)
        folder.mkdir()
        (folder / "own.pem").write_bytes(_pem([own]))
        (folder / "chain.pem").write_bytes(_pem(chain))
        self.roots = folder / "root.pem"
        self.roots.write_bytes(_pem([root]))
        (folder / "key.pem").write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        (folder / "serial").write_text("01\n")
        (folder / "ts.cnf").write_text(_CONFIGURATION.format(folder=folder))

    @staticmethod
    def is_possible() -> bool:
        return shutil.which("openssl") is not None

    def __call__(self, _path: str, headers: Headers, body: bytes) -> Answered:
        assert headers["Content-Type"] == "application/timestamp-query"
        self.asked.append(body)
        answer = self.change(self.reply(self.instead(body)))
        return 200, {"Content-Type": "application/timestamp-reply"}, answer

    def reply(self, query: bytes) -> bytes:
        (self.folder / "query.tsq").write_bytes(query)
        words = ["openssl", "ts", "-reply", "-config", "ts.cnf", "-queryfile", "query.tsq"]
        done = subprocess.run(
            [*words, "-out", "answer.tsr"],
            cwd=self.folder, capture_output=True, timeout=30, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        return (self.folder / "answer.tsr").read_bytes()


Issuer = tuple[rsa.RSAPrivateKey, x509.Certificate]


def _issued(name: str, issuer: Issuer | None, *, dates: bool = False) -> Issuer:
    key = rsa.generate_private_key(65537, 2048)
    now = datetime.now(UTC)
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer[1].subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(int.from_bytes(sha256(name.encode()).digest()[:8], "big"))
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=2))
        .add_extension(x509.BasicConstraints(not dates, None), critical=True)
    )
    if dates:
        use = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.TIME_STAMPING])
        made = made.add_extension(use, critical=True)
    return key, made.sign(issuer[0] if issuer else key, hashes.SHA256())


def _pem(certificates: list[x509.Certificate]) -> bytes:
    return b"".join(each.public_bytes(serialization.Encoding.PEM) for each in certificates)


_CONFIGURATION = """[tsa]
default_tsa = this
[this]
serial = {folder}/serial
signer_cert = {folder}/own.pem
certs = {folder}/chain.pem
signer_key = {folder}/key.pem
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
"""
