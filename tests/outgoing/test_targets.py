"""What is never asked: addresses inside, however they are written or whoever leads to them."""

import ipaddress
import socket

import pytest

from consent.outgoing import (
    Allowed,
    ForbiddenError,
    Opener,
    Reason,
    Request,
    UnreachableError,
    is_global,
    problem,
)
from consent.outgoing.targets import target

NOTHING = Allowed()
# PORT is that of the listener; each of these would reach it, or a machine inside, if it were asked.
INSIDE = [
    # loopback, as programs write it
    "http://127.0.0.1:PORT/", "http://127.0.0.2:PORT/", "http://127.255.255.254:PORT/",
    "http://127.1:PORT/", "http://127.0.1:PORT/", "http://2130706433:PORT/",
    "http://0x7f000001:PORT/", "http://0x7f.0.0.1:PORT/", "http://0x7f.1:PORT/",
    "http://0177.0.0.1:PORT/", "http://0177.1:PORT/", "http://017700000001:PORT/",
    "http://00000177.0.0.1:PORT/", "http://127.0.0.01:PORT/", "http://127.0.0.1.:PORT/",
    "http://localhost:PORT/", "http://LOCALHOST:PORT/", "http://localhost.:PORT/",
    "http://localhost.localdomain:PORT/", "http://ip6-localhost:PORT/",
    # the machine itself, without a number
    "http://0:PORT/", "http://0.0.0.0:PORT/", "http://0x0:PORT/", "http://00:PORT/",
    "http://0.0:PORT/", "http://[::]:PORT/",
    # IPv6, and IPv4 inside it
    "http://[::1]:PORT/", "http://[0:0:0:0:0:0:0:1]:PORT/", "http://[::127.0.0.1]:PORT/",
    "http://[::ffff:127.0.0.1]:PORT/", "http://[::ffff:7f00:1]:PORT/",
    "http://[0:0:0:0:0:ffff:127.0.0.1]:PORT/", "http://[64:ff9b::127.0.0.1]:PORT/",
    "http://[64:ff9b::7f00:1]:PORT/", "http://[64:ff9b:1::7f00:1]:PORT/",
    "http://[2002:7f00:1::]:PORT/", "http://[2001:0:7f00:1::]:PORT/",
    "http://[fe80::1]:PORT/", "http://[fe80::1%25lo]:PORT/", "http://[fe80::1%lo]:PORT/",
    "http://[fc00::1]:PORT/", "http://[fd00:ec2::254]:PORT/", "http://[fec0::1]:PORT/",
    "http://[ff02::1]:PORT/", "http://[2001:db8::1]:PORT/", "http://[3fff::1]:PORT/",
    "http://[100::1]:PORT/", "http://[5f00::1]:PORT/",
    # networks inside, and clouds' own servers
    "http://10.0.0.1:PORT/", "http://10.255.255.255:PORT/", "http://172.16.0.1:PORT/",
    "http://172.31.255.255:PORT/", "http://192.168.0.1:PORT/", "http://169.254.169.254/",
    "http://169.254.169.254:PORT/latest/meta-data/", "http://2852039166:PORT/",
    "http://0xa9fea9fe:PORT/", "http://[::ffff:169.254.169.254]:PORT/",
    "http://100.64.0.1:PORT/", "http://100.100.100.200:PORT/", "http://192.0.0.192:PORT/",
    "http://198.18.0.1:PORT/", "http://192.0.2.1:PORT/", "http://198.51.100.1:PORT/",
    "http://203.0.113.1:PORT/", "http://192.88.99.1:PORT/", "http://224.0.0.1:PORT/",
    "http://240.0.0.1:PORT/", "http://255.255.255.255:PORT/",
    # other schemes
    "ws://127.0.0.1:PORT/", "wss://127.0.0.1:PORT/", "ftp://127.0.0.1:PORT/",
    "file:///etc/passwd", "gopher://127.0.0.1:PORT/_x", "unix:///var/run/docker.sock",
    "dict://127.0.0.1:PORT/", "data:text/plain,x", "javascript:alert(1)", "//127.0.0.1:PORT/",
    "127.0.0.1:PORT", "http:127.0.0.1:PORT", "http:///127.0.0.1:PORT/",
    # written so that programs disagree about the host
    "http://user@127.0.0.1:PORT/", "http://user:secret@127.0.0.1:PORT/",
    "http://hooks.example@127.0.0.1:PORT/", "http://hooks.example:80@127.0.0.1:PORT/",
    "http://127.0.0.1:PORT\\@hooks.example/", "http://hooks.example\\.127.0.0.1:PORT/",
    "http://127.0.0.1:PORT#@hooks.example/", "http://127.0.0.1:PORT?@hooks.example/",
    "http://127.0.0.1%2f.hooks.example:PORT/", "http://127.0.0.1%00.hooks.example:PORT/",
    "http://127.0.0.1\t:PORT/", "http://127.0.0.1\n:PORT/", " http://127.0.0.1:PORT/",
    "http://127.0.0.1 .hooks.example:PORT/", "http://127.0.0.1\0.hooks.example:PORT/",
    "http://①②⑦.⓪.⓪.①:PORT/", "http://１２７.0.0.1:PORT/", "http://127。0。0。1:PORT/",
    "http://loc\u00adalhost:PORT/", "http://[127.0.0.1]:PORT/", "http://[::1:PORT/",
    "http://127.0.0.1:/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/",
    "http://127.0.0.1:-1/", "http://127.0.0.1:８０/", "http://.:PORT/", "http://:PORT/",
    "http://", "http://-:PORT/", "http://127.0.0.1:PORT/" + "x" * 3000, "",
]  # fmt: skip


@pytest.mark.parametrize("given", INSIDE, ids=range(len(INSIDE)))
def test_nothing_inside_is_asked(trap, given):
    url = given.replace("PORT", str(trap.port))
    with pytest.raises(UnreachableError) as caught:
        Opener(NOTHING).send(Request(url=url))
    # What the resolver of this machine does not know is asked of nobody either.
    assert caught.value.reason in {Reason.FORBIDDEN, Reason.UNKNOWN}, url
    assert trap.came == 0


def test_there_are_enough_of_them_and_the_listener_would_have_seen_one(trap):
    assert len(INSIDE) > 100
    with pytest.raises(UnreachableError):
        Opener(Allowed.of(["127.0.0.0/8"])).send(Request(url=f"http://127.0.0.1:{trap.port}/"))
    assert trap.came == 1


@pytest.mark.parametrize(
    "inside",
    ["127.0.0.1", "::1", "10.0.0.1", "169.254.169.254", "fe80::1%1", "::ffff:10.0.0.1", "0.0.0.0"],
)
def test_one_address_inside_among_those_of_a_name_is_enough(trap, inside):
    for found in ([inside], ["93.184.215.14", inside], [inside, "2606:4700::1111"]):
        asked = Opener(NOTHING, resolve=lambda *_, found=found: found)
        with pytest.raises(UnreachableError) as caught:
            asked.send(Request(url=f"http://hooks.example:{trap.port}/"))
        assert caught.value.reason is Reason.FORBIDDEN
    assert trap.came == 0


def test_a_name_that_rebinds_is_resolved_once_and_the_checked_address_is_taken(trap, monkeypatch):
    answers = iter([["93.184.215.14"], ["127.0.0.1"], ["127.0.0.1"]])
    taken = []

    def connect(place, _seconds):
        taken.append(place)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    asked = Opener(NOTHING, resolve=lambda *_: next(answers))
    url = f"http://rebinding.example:{trap.port}/"
    with pytest.raises(UnreachableError) as first:
        asked.send(Request(url=url))
    with pytest.raises(UnreachableError) as second:
        asked.send(Request(url=url))
    assert (first.value.reason, second.value.reason) == (Reason.REFUSED, Reason.FORBIDDEN)
    assert taken == [("93.184.215.14", trap.port)]
    assert trap.came == 0


@pytest.mark.parametrize("resolved", [[], ["nonsense"], ["1.2.3"]])
def test_a_resolver_that_gives_nonsense_leads_nowhere(resolved):
    with pytest.raises(UnreachableError):
        Opener(NOTHING, resolve=lambda *_: resolved).send(Request(url="http://hooks.example/"))


@pytest.mark.parametrize("port", [22, 25, 6379, 5432, 11211, 65535])
def test_only_ports_of_the_web_are_asked_but_of_what_was_allowed(port):
    resolve = {"hooks.example": ["93.184.215.14"], "inside.example": ["10.0.0.7"]}.__getitem__
    with pytest.raises(ForbiddenError, match=f"port {port} is none of 80, 443, 8080, 8443"):
        target(f"http://hooks.example:{port}/", NOTHING, lambda host, _: resolve(host))
    allowed = Allowed.of(["10.0.0.0/24"])
    found = target(f"http://inside.example:{port}/", allowed, lambda host, _: resolve(host))
    assert found.addresses == ("10.0.0.7",)


def test_what_an_operator_allowed_is_told_by_name_or_by_network():
    allowed = Allowed.of(["Hooks.Internal.", "10.1.0.0/16", "fd00::/8", "192.168.1.7"])
    for host, address, is_taken in (
        ("hooks.internal", "172.16.0.1", True),
        ("other.internal", "172.16.0.1", False),
        ("x.hooks.internal", "172.16.0.1", False),
        ("any.example", "10.1.2.3", True),
        ("any.example", "::ffff:10.1.2.3", True),
        ("any.example", "10.2.0.1", False),
        ("any.example", "fd12::1", True),
        ("any.example", "192.168.1.7", True),
        ("any.example", "192.168.1.8", False),
    ):
        assert allowed.takes(host, ipaddress.ip_address(address)) is is_taken, (host, address)


def test_an_operators_own_addresses_may_lie_anywhere_and_are_read_with_the_same_care(trap):
    assert target(f"http://127.0.0.1:{trap.port}/x?y", None).path == "/x?y"
    for url in ("ftp://127.0.0.1/", "http://user@127.0.0.1/", "http://127.1/"):
        with pytest.raises(ForbiddenError):
            target(url, None)


@pytest.mark.parametrize(
    "address",
    ["93.184.215.14", "1.1.1.1", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e",
     "64:ff9b::101:101", "::ffff:1.1.1.1", "172.32.0.1", "100.128.0.1", "11.0.0.1"],
)  # fmt: skip
def test_addresses_of_hosts_in_the_internet_are_global(address):
    assert is_global(ipaddress.ip_address(address))


def test_a_form_can_say_what_is_wrong_before_anybody_is_asked(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("nobody is asked"))
    assert problem("https://hooks.example/path?key=1", NOTHING) == ""
    assert problem("https://93.184.215.14/", NOTHING) == ""
    assert "not open to everybody" in problem("https://[::1]/", NOTHING)
    assert "neither http nor https" in problem("ftp://hooks.example/", NOTHING)
    assert "a user or a password" in problem("https://a:b@hooks.example/", NOTHING)
    assert "port 25" in problem("https://hooks.example:25/", NOTHING)
    assert problem("http://127.0.0.1:9000/", Allowed.of(["127.0.0.1"])) == ""
    assert problem("http://hooks.internal:9000/", Allowed.of(["hooks.internal"])) == ""
