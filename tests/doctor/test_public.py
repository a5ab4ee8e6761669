"""`consent doctor`: the public address asked for real, through proxies that count or do not."""

import re
import shutil
from datetime import timedelta

import pytest

from consent import clock, doctor
from consent.config import Settings
from consent.db import Database
from consent.doctor import probe
from consent.doctor.installation import public
from consent.doctor.installation.public import is_loopback, proxies
from consent.doctor.probe import Route
from consent.signing import Purpose, Signer
from tests.doctor.conftest import KEYS, LEDGER, found, setting
from tests.doctor.servers import Page, Proxy, proxy
from tests.processes import Service


@pytest.fixture
def database(sqlite_template, tmp_path):
    """Which kind it is does not matter here."""
    made = Database(f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'consent.db')}")
    yield made
    made.close()


@pytest.fixture
def serve(here, database, monkeypatch):
    """Give a function that starts the real service behind proxies; the first is the one asked."""
    running = []

    def serving(*chain: Proxy, path: str = "", **settings: str) -> Service:
        named = {f"CONSENT_{name.upper()}": value for name, value in settings.items()}
        service = Service(database.url, here, **named)
        running.append(service)
        addresses = [*(each.url for each in chain), service.url]
        for each, upstream in zip(chain, addresses[1:], strict=True):
            each.upstream = upstream
        service.environ["CONSENT_PUBLIC_URL"] = addresses[0] + path
        service.start()
        for name, value in service.environ.items():
            if name.startswith("CONSENT_"):
                monkeypatch.setenv(name, value)
        return service

    yield serving
    for service in running:
        service.stop()


# How the proxies passed write X-Forwarded-For, the nearest first, and what is to be said.
ONE, CHOSEN = "All visitors look like one network", "Visitors can choose the address"
WAYS = {
    "0": [([], "0 proxies name"), (["keep"], "0 proxies name"), (["append"], ONE)],
    "1": [
        ([], CHOSEN),
        (["append"], "1 proxy names"),
        (["overwrite"], "1 proxy names"),
        (["keep"], CHOSEN),
        (["append", "append"], ONE),
        (["overwrite", "append"], ONE),
    ],
    "2": [
        (["append"], CHOSEN),
        (["overwrite"], ONE),
        (["append", "append"], "2 proxies name"),
        (["overwrite", "append"], "2 proxies name"),
        (["append", "overwrite"], ONE),
    ],
}


@pytest.mark.parametrize("trusted", WAYS)
def test_proxies_are_counted_by_a_request_through_them(serve, monkeypatch, trusted):
    with proxy(Proxy()) as first, proxy(Proxy()) as second:
        service = serve(first, trusted_proxies=trusted)
        second.upstream = service.url
        for way, said in WAYS[trusted]:
            first.forwarded, second.forwarded = (*way, "", "")[:2]
            first.upstream = second.url if len(way) == 2 else service.url
            setting(monkeypatch, public_url=first.url if way else service.url)
            [text] = found("proxies", "failed" if said in {ONE, CHOSEN} else "ok")
            assert said in text, way
            if said in {ONE, CHOSEN}:
                passed = way[way.index("overwrite") :] if "overwrite" in way[1:] else way
                right = len([kind for kind in passed if kind != "keep"])
                assert f"Set CONSENT_TRUSTED_PROXIES={right}." in text, way


def test_a_proxy_that_names_nobody_is_suspected_by_the_kind_of_address():
    quiet = Route(0, "loopback", region_believed=False, release="1", fingerprints={})
    [finding] = proxies(0, quiet, is_local=False)
    assert (finding.status, "X-Forwarded-For" in finding.advice) == ("warning", True)
    [finding] = proxies(0, quiet, is_local=True)
    assert finding.status == "ok"


def test_a_path_that_the_proxy_does_not_serve_is_told_from_a_service_that_is_not_there(serve):
    with proxy(Proxy(prefix="/v1")) as how:
        serve(how, path="/privacy-service")
        assert "Something else answers" in found("public address", "failed")[0]
        how.prefix = ""
        assert found("public address", "failed") == []
        how.prefix, how.strips = "/privacy-service", True
        assert found("public address", "failed") == []


def test_a_service_that_answers_beside_its_path_is_told_so(serve, monkeypatch):
    with proxy(Proxy(prefix="/healthz")) as how:
        serve(how)
        setting(monkeypatch, public_url=f"{how.url}/below")
        assert "not below /below" in found("public address", "failed")[0]


def test_a_redirect_is_told_where_it_ends(here, shop, monkeypatch):
    shop.pages["/healthz"] = Page(status=301, headers=[("Location", "https://www.shop.example/")])
    setting(monkeypatch, public_url=shop.url)
    assert "sends on to https://www.shop.example/" in found("public address", "failed")[0]


def test_another_service_at_the_address_is_found(serve, monkeypatch):
    serve()
    setting(monkeypatch, secret_keys="another-key-of-32-characters-123")
    assert "none that knows these keys" in found("public address", "failed")[0]


def test_an_answer_that_is_only_repeated_is_not_believed(here, shop, monkeypatch):
    """Somebody who echoes what is asked knows no key."""
    shop.pages["/healthz"] = Page(b'{"status": "ok"}')
    shop.pages[probe.PATH] = Page(vary=lambda headers, _body: headers[probe.HEADER].encode())
    setting(monkeypatch, public_url=shop.url)
    assert "none that knows these keys" in found("public address", "failed")[0]


def test_keys_may_rotate_under_a_running_service(serve, monkeypatch):
    serve()
    setting(monkeypatch, secret_keys=f"{KEYS[1]},the-newest-key-of-32-characters-1")
    assert found("public address", "failed")
    setting(monkeypatch, secret_keys=f"the-newest-key-of-32-characters-1,{KEYS[1]}")
    assert found("public address", "failed") == []
    assert found("settings", "warning") == []


def test_settings_that_the_service_does_not_share_are_named_and_not_shown(serve, monkeypatch):
    serve(decisions_per_minute="77")
    setting(monkeypatch, decisions_per_minute="88", redis_url="redis://:hunter2@127.0.0.1:9/0")
    [said] = found("settings", "warning")
    assert (
        "other settings than this command: CONSENT_REDIS_URL, CONSENT_DECISIONS_PER_MINUTE." in said
    )
    assert not re.search(r"77|88", said)


@pytest.mark.parametrize(("overwrites", "problems"), [({}, 1), ({"X-Country": "DE"}, 0)])
def test_a_region_that_visitors_can_write_is_found(serve, overwrites, problems):
    with proxy(Proxy(overwrites=overwrites)) as how:
        serve(how, region_header="X-Country", trusted_proxies="1")
        assert len(found("region", "failed")) == problems


def test_a_clock_that_is_far_from_the_services_is_found(here, shop, monkeypatch):
    date = ("Date", "Wed, 21 Oct 2015 07:28:00 GMT")
    shop.pages["/healthz"] = Page(b'{"status": "ok"}', headers=[date])
    setting(monkeypatch, public_url=shop.url)
    assert any("ahead of that of the public address" in each for each in found("clock"))


def test_a_certificate_that_browsers_refuse_is_found(here, tls, monkeypatch):
    setting(monkeypatch, public_url=tls)
    [said] = found("public address", "failed")
    assert "its certificate is not valid: self-signed" in said
    assert "Give the proxy a certificate" in said


def test_http_for_anybody_but_this_machine_fails(here, monkeypatch):
    setting(monkeypatch, public_url="http://consent.invalid")
    without, unknown = found("public address", "failed")
    assert "without TLS" in without
    assert "its name is not known here (DNS)" in unknown


def test_what_is_for_monitors_alone_is_found_where_everybody_reaches_it(serve, monkeypatch):
    monkeypatch.setattr(public, "is_loopback", lambda _url: False)
    with proxy(Proxy()) as how:
        serve(how, trusted_proxies="1")
        found_open = found("public address", "warning")
        assert [each.split()[3] for each in found_open] == [
            f"{how.url}/metrics.", f"{how.url}/readyz.",
        ]  # fmt: skip
        how.closed = ("/metrics", "/readyz")
        assert found("public address", "warning") == []


@pytest.mark.parametrize(
    ("url", "local"),
    [
        ("http://127.0.0.1:8000", True), ("http://[::1]:8000", True), ("http://localhost", True),
        ("http://shop.localhost/x", True), ("https://consent.example", False),
        ("http://192.168.1.2", False), ("http://127.0.0.1.example", False),
    ],
)  # fmt: skip
def test_what_is_this_machines_own_is_known(url, local):
    assert is_loopback(url) is local


SIGNER = Signer(KEYS)
CAME = doctor.Came(forwarded="", client="8.8.8.8", region=None)


def test_to_everybody_else_there_is_nothing_at_the_door(client):
    asked = probe.question(Signer(("a-strange-key-of-32-characters-12",)))
    for headers in ({}, {probe.HEADER: "x"}, {probe.HEADER: asked.token}):
        answer = client.get(probe.PATH, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (404, "not_found")


def test_the_door_answers_its_own_and_says_no_address_and_no_setting(client, settings):
    asked = probe.question(Signer(settings.secret_keys))
    answer = client.get(
        probe.PATH, headers={probe.HEADER: asked.token, "X-Forwarded-For": "1.2.3.4"}
    )
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    for secret in (
        settings.database_url,
        settings.state_dir,
        "127.0.0.1",
        "1.2.3.4",
        asked.planted,
    ):
        assert secret not in answer.text
    route = probe.read(Signer(settings.secret_keys), asked, answer.text)
    assert (route.proxies, route.client) == (1, "loopback")


def test_a_question_is_good_for_a_minute_either_way(monkeypatch):
    asked, real = probe.question(SIGNER), clock.now
    for seconds, good in ((0, True), (50, True), (-50, True), (70, False), (-70, False)):
        monkeypatch.setattr(clock, "now", lambda s=seconds: real() + timedelta(seconds=s))
        answer = probe.answer(SIGNER, Settings(), asked.token, CAME)
        assert (answer is not None) is good, seconds


def test_an_answer_is_good_for_its_question_alone():
    asked, other = probe.question(SIGNER), probe.question(SIGNER)
    answer = probe.answer(SIGNER, Settings(ledger_key=LEDGER), asked.token, CAME)
    assert probe.read(SIGNER, asked, answer).client == "global"
    assert probe.read(SIGNER, other, answer) is None
    assert probe.read(SIGNER, asked, answer[:-1]) is None
    assert probe.read(SIGNER, asked, asked.token) is None
    assert probe.answer(SIGNER, Settings(), answer, CAME) is None
    receipt = SIGNER.sign(Purpose.RECEIPT, "instance", asked.token.rpartition(".")[0])
    assert probe.answer(SIGNER, Settings(), receipt, CAME) is None


@pytest.mark.parametrize(
    ("forwarded", "hops"),
    [
        ("", 0), ("PLANTED", 0), ("PLANTED, 1.1.1.1", 1), ("9.9.9.9, PLANTED, 1.1.1.1, 2.2.2.2", 2),
        ("1.1.1.1", 1), ("1.1.1.1,2.2.2.2", 2), ("PLANTED, PLANTED, 1.1.1.1", 1), (" , ,", 0),
    ],
)  # fmt: skip
def test_proxies_are_those_that_wrote_behind_the_planted_address(forwarded, hops):
    asked = probe.question(SIGNER)
    came = doctor.Came(forwarded.replace("PLANTED", asked.planted), "::ffff:10.0.0.1", None)
    answer = probe.answer(SIGNER, Settings(), asked.token, came)
    route = probe.read(SIGNER, asked, answer)
    assert (route.proxies, route.client) == (hops, "private")


def test_the_answer_stays_short_enough_to_be_read():
    asked = probe.question(SIGNER)
    long = Settings(database_url="postgresql+psycopg://" + "x" * 4000)
    answer = probe.answer(SIGNER, long, asked.token, CAME)
    assert len(answer) < 1200
    assert probe.read(SIGNER, asked, answer)
