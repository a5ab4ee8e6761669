"""How others are asked: under their name, without detours, never for long and never for much."""

import gzip
import ssl
import threading
import time
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from consent.outgoing import Allowed, Limits, Opener, Reason, Request, UnreachableError
from tests.anchors.servers import hanging
from tests.outgoing.conftest import serving

LOOPBACK = Allowed.of(["127.0.0.0/8"])
QUICK = Limits(seconds_each=0.5, seconds_in_all=1.0)


def to_loopback(*_: object) -> list[str]:
    return ["127.0.0.1"]


def refused(opener, url, limits=None, **more) -> UnreachableError:
    with pytest.raises(UnreachableError) as caught:
        opener.send(Request(url=url), limits, **more)
    return caught.value


def test_the_name_that_was_asked_for_stands_in_the_request(server):
    url = f"http://Hooks.Example:{server.port}/path?key=1"
    request = Request(url=url, method="POST", body=b"{}", headers={"X-One": "1"})
    answer = Opener(LOOPBACK, to_loopback).send(request)
    (asked,) = server.asked
    assert (answer.status, answer.body, answer.is_fine) == (200, b"fine", True)
    assert (asked.method, asked.path, asked.body) == ("POST", "/path?key=1", b"{}")
    assert asked.headers["Host"] == f"hooks.example:{server.port}"
    assert (asked.headers["X-One"], asked.headers["User-Agent"]) == ("1", "consent-service")


def test_no_proxy_of_the_environment_is_asked(server, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "https_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert Opener(LOOPBACK, to_loopback).send(Request(url=f"{server.url}/")).status == 200


def test_a_request_never_shows_its_address():
    request = Request(url="https://hooks.example/planted", headers={"Authorization": "planted"})
    assert "planted" not in repr(request)


def test_no_redirect_is_followed_unless_it_is_wanted(server):
    server.answer = lambda _: (302, {"Location": "/elsewhere"}, b"")
    answer = Opener(LOOPBACK).send(Request(url=f"{server.url}/"))
    assert (answer.status, len(server.asked)) == (302, 1)
    assert refused(Opener(LOOPBACK), f"{server.url}/", follow=3).reason is Reason.REDIRECTS
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    "location",
    ["http://127.0.0.1:{port}/", "//127.0.0.1:{port}/", "http://localhost:{port}/",
     "http://[::1]:{port}/", "http://169.254.169.254/", "file:///etc/passwd", "ws://x.example/",
     "http://2130706433:{port}/", "http://user@127.0.0.1:{port}/", "http://[::1", "javascript:1",
     "http://inside.example:{port}/"],
)  # fmt: skip
def test_each_redirect_of_a_chain_is_checked(trap, location):
    """The first two hops are allowed by their name; what comes after them is not."""
    resolve = {"a.example": ["127.0.0.1"], "inside.example": ["127.0.0.1"]}.get
    opener = Opener(Allowed.of(["a.example"]), lambda host, _: resolve(host, [host]))
    with serving() as server:
        url = f"http://a.example:{server.port}"
        hops = {"/": f"{url}/two", "/two": location.format(port=trap.port)}
        server.answer = lambda asked: (302, {"Location": hops[asked.path]}, b"")
        found = refused(opener, f"{url}/", follow=5)
    assert found.reason is Reason.FORBIDDEN
    assert [asked.path for asked in server.asked] == ["/", "/two"]
    assert trap.came == 0


def test_what_was_told_one_host_in_confidence_is_not_told_another(server):
    with serving() as other:
        server.answer = lambda _: (307, {"Location": f"{other.url}/b"}, b"")
        headers = {"Authorization": "Bearer planted", "Cookie": "planted=1", "X-Kept": "1"}
        request = Request(url=server.url, method="POST", body=b"x", headers=headers)
        Opener(LOOPBACK).send(request, follow=1)
        (asked,) = other.asked
    assert "planted" not in str(asked.headers)
    assert (asked.method, asked.body, asked.headers["X-Kept"]) == ("POST", b"x", "1")


def test_after_most_redirects_a_post_is_a_get(server):
    server.answer = lambda asked: (
        (303, {"Location": "/b"}, b"") if asked.path == "/" else (200, {}, b"")
    )
    Opener(LOOPBACK).send(Request(url=f"{server.url}/", method="POST", body=b"x"), follow=1)
    assert [(each.method, each.body) for each in server.asked] == [("POST", b"x"), ("GET", b"")]


def test_an_answer_that_is_too_long_is_refused_or_cut(server):
    server.answer = lambda _: (200, {}, b"x" * 1001)
    found = refused(Opener(LOOPBACK), server.url, Limits(most_bytes=1000))
    assert (found.reason, str(found)) == (
        Reason.TOO_LONG,
        "its answer is longer than 1000 bytes",
    )
    cut = Opener(LOOPBACK).send(Request(url=server.url), Limits(most_bytes=1000, may_cut=True))
    assert (cut.cut, cut.body) == (True, b"x" * 1000)


def test_a_small_answer_that_unpacks_to_much_is_not_unpacked(server):
    bomb = gzip.compress(b"\0" * 50_000_000)
    server.answer = lambda _: (200, {"Content-Encoding": "gzip"}, bomb)
    assert refused(Opener(LOOPBACK), server.url).reason is Reason.TOO_LONG


@pytest.mark.parametrize(
    "says",
    [b"", b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90, b"HTTP/1.1 200 OK\r\n\r\n" + b"z" * 900],
    ids=["silent", "headers drop by drop", "body drop by drop"],
)
def test_whoever_hangs_costs_a_second_and_no_more(says):
    with hanging(says, every=0.05) as url:
        begun = time.monotonic()
        assert refused(Opener(LOOPBACK), url, QUICK).reason is Reason.SLOW
        assert time.monotonic() - begun < 3


def test_a_chain_of_redirects_has_one_time_for_all(server):
    def slow(_):
        time.sleep(0.3)
        return 302, {"Location": "/again"}, b""

    server.answer = slow
    begun = time.monotonic()
    assert refused(Opener(LOOPBACK), server.url, QUICK, follow=50).reason is Reason.SLOW
    assert time.monotonic() - begun < 3


def test_what_is_no_http_and_what_breaks_off_are_told(server):
    with hanging(b"nonsense\r\n\r\n", every=0.01) as url:
        assert refused(Opener(LOOPBACK), url).reason is Reason.BROKEN
    server.answer = lambda _: (200, {"Content-Length": "99", "Connection": "close"}, b"half")
    assert str(refused(Opener(LOOPBACK), server.url)) == "its answer broke off"


def test_a_name_without_an_address_is_unknown():
    assert refused(Opener(LOOPBACK), "http://nowhere.invalid/").reason is Reason.UNKNOWN


def test_a_certificate_is_held_against_the_name_that_was_asked_for(tmp_path):
    trust, own = certificate(tmp_path, "hooks.example")
    server = HTTPServer(("127.0.0.1", 0), SaysHost)
    server.socket = own.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        port = server.server_port
        opener = Opener(LOOPBACK, to_loopback, trust)
        answer = opener.send(Request(url=f"https://hooks.example:{port}/"))
        assert (answer.status, answer.body) == (200, f"hooks.example:{port}".encode())
        found = refused(opener, f"https://other.example:{port}/")
        assert found.reason is Reason.CERTIFICATE
        # Who is not known to the machine is not believed either.
        stranger = refused(Opener(LOOPBACK, to_loopback), f"https://hooks.example:{port}/")
        assert stranger.reason is Reason.CERTIFICATE
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class SaysHost(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = self.headers["Host"].encode()
        self.send_response_only(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def certificate(folder, name) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """Return what believes a certificate, and what shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    who = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(who)
        .issuer_name(who)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    (folder / "own.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    (folder / "key.pem").write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    trust = ssl.create_default_context(cafile=folder / "own.pem")
    own = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    own.load_cert_chain(folder / "own.pem", folder / "key.pem")
    return trust, own
