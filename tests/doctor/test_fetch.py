"""`consent doctor --page` as a shell sees it: how a page is fetched, words, status, JSON."""

import contextlib
import gzip
import json
import socket
import subprocess
import sys
import threading

import brotli
import pytest

from consent import cli, doctor
from consent.doctor import wire
from tests.doctor.conftest import seen, to_do


@pytest.fixture
def run(doctors_town, tmp_path):
    """Give a function that runs the command as the operator does: status and output."""

    def running(*words: str, **settings: str) -> tuple[int, str]:
        done = subprocess.run(
            [sys.executable, "-m", "consent", "doctor", *words],
            env={**doctors_town.service.environ, **settings},
            capture_output=True, text=True, timeout=120, check=False, cwd=tmp_path,
        )  # fmt: skip
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stdout + done.stderr

    return running


@pytest.mark.parametrize(
    "path", ["/", "/product/enamel-mug", "/basket", "/cookies", "/journal", "/app"]
)
def test_the_demo_shop_has_nothing_to_do(doctors_town, path):
    assert to_do(seen(doctors_town, doctors_town.shop + path)) == []


def test_the_command_ends_with_0_where_nothing_must_be_done(run, doctors_town):
    status, said = run("--page", f"{doctors_town.shop}/")
    assert status == 0, said
    assert said.splitlines()[-1].startswith("note     unseen")


def test_the_command_ends_with_1_where_something_must_be_done_the_gravest_first(run, write):
    url = write(
        body='<img alt="" src="https://x.example/1"><iframe src="https://x.example"></iframe>'
    )
    status, said = run("--page", url)
    assert status == 1
    assert [line.split()[0] for line in said.splitlines() if line[0] != " "][:3] == [
        "failed", "warning", "note",
    ]  # fmt: skip
    assert '<iframe data-consent="functional" data-src="https://x.example"></iframe>' in said


def test_programs_get_the_same_as_json(run, write):
    status, said = run(
        "--page", write(body='<script src="https://x.example/1"></script>'), "--json"
    )
    found = json.loads(said)
    assert (status, found["held"]) == (1, False)
    first = found["findings"][0]
    assert (first["name"], first["status"], len(first["paste"])) == ("tag", "failed", 1)


def test_it_needs_no_installation(run, write, tmp_path):
    nowhere = {"CONSENT_DATABASE_URL": f"sqlite:///{tmp_path}/none/consent.db",
               "CONSENT_STATE_DIR": str(tmp_path / "none")}  # fmt: skip
    status, said = run("--page", write(), **nowhere)
    assert (status, "the notice its service publishes" in said) == (0, True)
    assert run("--page", write(), CONSENT_BIND="nonsense")[0] == 0
    assert not (tmp_path / "none").exists()


def test_wrong_use_ends_with_2(monkeypatch):
    for words in (
        ("--page", "shop.example"),
        ("--page", "file:///etc/passwd"),
        ("--page", "http://"),
        ("--page",),
        ("--site", "demo"),
        ("--insecure",),
        ("--own", "x"),
        ("--nope",),
    ):
        monkeypatch.setattr("sys.argv", ["consent", "doctor", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 2, words


def test_redirects_are_followed_and_shown_and_their_cookies_sent_and_seen(
    doctors_town, shop, write
):
    url = write()
    start = shop.put(
        "/start", status=302, headers=[("Location", "/page"), ("Set-Cookie", "_ga=1; Path=/")]
    )
    found = seen(doctors_town, start)
    assert any(f"{start} -> {url} was read" in each.text for each in found)
    assert shop.asked[-1].get("Cookie") == "_ga=1"
    assert [each.name for each in to_do(found)] == ["cookie"]


def test_a_circle_of_redirects_ends(doctors_town, shop):
    url = shop.put("/round", status=301, headers=[("Location", "/round")])
    [found] = seen(doctors_town, url)
    assert "sends on more than" in found.text


def test_a_redirect_to_another_kind_of_address_is_not_followed(doctors_town, shop):
    url = shop.put("/out", status=302, headers=[("Location", "file:///etc/passwd")])
    [found] = seen(doctors_town, url)
    assert "neither http nor https" in found.text


@pytest.mark.parametrize(("name", "pack"), [("gzip", gzip.compress), ("br", brotli.compress)])
def test_compressed_pages_are_read(doctors_town, shop, write, name, pack):
    url = write()
    page = shop.pages["/page"]
    page.body = pack(page.body)
    page.headers = [*page.headers, ("Content-Encoding", name)]
    assert to_do(seen(doctors_town, url)) == []


def test_who_sends_a_byte_at_a_time_is_left(doctors_town, monkeypatch):
    monkeypatch.setattr(wire, "SECONDS_IN_ALL", 0.5)
    ended = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def drip() -> None:
            client, _ = server.accept()
            with client, contextlib.suppress(OSError):
                client.recv(4096)
                client.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n")
                while not ended.wait(0.05):
                    client.sendall(b"x")

        thread = threading.Thread(target=drip)
        thread.start()
        [found] = seen(doctors_town, f"http://127.0.0.1:{server.getsockname()[1]}/")
        ended.set()
        thread.join()
    assert "took longer" in found.text


def test_nothing_of_a_page_steers_the_terminal(look):
    found = look(body='<iframe src="https://x.example/\x1b[2J"></iframe>')
    assert "\x1b" in found[0].paste[0]
    assert all(line.isprintable() for line in doctor.written(found))


def test_what_unpacks_without_end_is_cut(doctors_town, shop, write):
    url = write(body=" " * 200_000_000)
    page = shop.pages["/page"]
    page.body, page.headers = (
        gzip.compress(page.body),
        [*page.headers, ("Content-Encoding", "gzip")],
    )
    assert any("longer than is read" in each.text for each in seen(doctors_town, url))


HTML, PDF = ("Content-Type", "text/html"), ("Content-Type", "application/pdf")


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ({"body": b"%PDF", "headers": [PDF]}, "is no page"),
        ({"body": b"Log in", "status": 403}, "status 403"),
        ({"body": b"no gzip", "headers": [HTML, ("Content-Encoding", "gzip")]}, "be unpacked"),
    ],
)
def test_what_is_no_page_is_said(doctors_town, shop, page, text):
    [found, *_] = seen(doctors_town, shop.put("/odd", **page))
    assert (found.status, text in found.text) == ("failed", True)


def test_an_address_where_nobody_answers_is_said(doctors_town):
    [found] = seen(doctors_town, "http://127.0.0.1:9/")
    assert "nothing takes connections there" in found.text


def test_a_certificate_that_nobody_trusts_is_refused_unless_asked_for(doctors_town, tls):
    [found] = seen(doctors_town, f"{tls}/")
    assert "certificate is not valid: self-signed" in found.text
    found = seen(doctors_town, f"{tls}/", insecure=True)
    assert any("was read" in each.text for each in found)
