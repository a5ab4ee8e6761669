"""Checkpoints posted to an address: signed, taken with 2xx alone, and never waited for too long."""

import base64
import hmac
import time
from datetime import timedelta

import pytest

from consent import anchors, ledger
from consent.anchors import Result, wire
from consent.anchors.webhook import signed
from consent.sequencer import Sequencer
from tests.anchors.servers import hanging, serving
from tests.factories import a_published_site
from tests.ledger.test_sequence import queue

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


class Receiver:
    def __init__(self):
        self.got, self.answer = [], (204, {}, b"")

    def __call__(self, path, headers, body):
        self.got.append((path, headers, body))
        return self.answer


@pytest.fixture
def receiver():
    return Receiver()


@pytest.fixture
def url(receiver):
    with serving(receiver) as address:
        yield f"{address}/hook/planted-token?key=planted"


@pytest.fixture
def fast(monkeypatch):
    monkeypatch.setattr(wire, "SECONDS_EACH", 0.6)
    monkeypatch.setattr(wire, "SECONDS_IN_ALL", 1.2)


def outcome_of(log, url):
    log.set(anchor_webhook=url)
    return anchors.lay_down(log.work())


def test_the_note_is_posted_with_origin_and_size_and_nothing_of_the_address_is_kept(
    log, receiver, url
):
    log.set(anchor_webhook=url)
    (kept,) = log.anchor()
    ((path, headers, body),) = receiver.got
    assert path == "/hook/planted-token?key=planted"
    assert body.decode() == log.newest().note
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers["Consent-Log-Origin"] == log.origin
    assert headers["Consent-Log-Size"] == str(log.newest().size)
    assert "webhook-signature" not in headers
    assert "planted" not in kept.target
    assert url.startswith(kept.target)
    assert kept.evidence is None


def test_it_is_signed_as_standard_webhooks_says(log, receiver, url):
    log.set(anchor_webhook=url, anchor_webhook_secret=SECRET)
    log.anchor()
    ((_, headers, body),) = receiver.got
    stated = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET[6:])
    made = base64.b64encode(hmac.new(key, stated, "sha256").digest()).decode()
    assert headers["webhook-signature"] == f"v1,{made}"
    assert abs(int(headers["webhook-timestamp"]) - time.time()) < 30


def test_the_signature_is_that_of_the_standards_own_example():
    message = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    made = signed(SECRET, message, 1614265330, b'{"test": 2432232314}')
    assert made["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_each_attempt_has_the_same_id_and_each_checkpoint_another(log, receiver, url, later):
    log.set(anchor_webhook=url)
    work = log.work()
    for _ in range(2):
        assert anchors.lay_down(work).result is Result.DONE
    log.grow()
    assert anchors.lay_down(log.work()).result is Result.DONE
    first, again, other = [headers["webhook-id"] for _, headers, _ in receiver.got]
    assert first == again != other


@pytest.mark.parametrize("status", [302, 307, 400, 410, 500])
def test_any_other_answer_is_told_and_tried_again_later(log, receiver, url, later, said, status):
    receiver.answer = (status, {"Location": "/elsewhere"}, b"")
    log.set(anchor_webhook=url)
    assert log.anchor() == []
    assert log.anchor() == []
    assert len(receiver.got) == 1, "no redirect is followed, and it rests"
    ((level, sentence),) = said()
    assert level == "error"
    assert f"it answered {status}" in sentence
    assert "planted" not in sentence
    receiver.answer = (200, {}, b"thanks")
    later(timedelta(seconds=61))
    assert len(log.anchor()) == 1


def test_rests_grow_longer_up_to_an_hour(log, receiver, url, later, said):
    receiver.answer = (500, {}, b"")
    log.set(anchor_webhook=url)
    for _ in range(9):
        log.anchor()
        later(timedelta(hours=1))
    rests = [sentence.partition("tried again in ")[2].partition(";")[0] for _, sentence in said()]
    assert rests == [f"{minutes} min" for minutes in (1, 2, 4, 8, 16, 32, 60, 60, 60)]


def test_an_answer_that_is_too_long_is_refused(log, receiver, url):
    receiver.answer = (200, {}, b"x" * (wire.MOST_BYTES + 1))
    outcome = outcome_of(log, url)
    assert (outcome.result, outcome.said) == (
        Result.REFUSED, f"its answer is longer than {wire.MOST_BYTES} bytes",
    )  # fmt: skip


def test_an_answer_that_breaks_off_is_no_answer(log, receiver, url):
    receiver.answer = (200, {"Content-Length": "99", "Connection": "close"}, b"half")
    assert outcome_of(log, url).result is Result.SILENT


@pytest.mark.parametrize(
    ("says", "words"),
    [
        (b"", "it did not answer within 0.6 s"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 90, "it took longer than 1.2 s"),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n" + b"z" * 900,
            "it took longer than 1.2 s",
        ),
        (b"nonsense\r\n\r\n", "the connection broke (BadStatusLine)"),
    ],
    ids=["silent", "headers drop by drop", "body drop by drop", "nonsense"],
)
def test_a_server_that_hangs_costs_a_second_and_no_more(log, fast, says, words):
    with hanging(says, every=0.05) as address:
        begun = time.monotonic()
        outcome = outcome_of(log, f"{address}/hook")
        assert time.monotonic() - begun < 3
    assert outcome.result is Result.SILENT
    assert outcome.said == words


def test_a_handshake_that_hangs_costs_a_second_and_no_more(log, fast):
    with hanging() as address:
        begun = time.monotonic()
        outcome = outcome_of(log, address.replace("http:", "https:"))
        assert time.monotonic() - begun < 3
    assert outcome.result is Result.SILENT


def test_nobody_there_and_no_such_name_are_told_apart(log):
    with serving(lambda *_: (200, {}, b"")) as address:
        pass
    assert outcome_of(log, address).said == "nothing takes connections there"
    assert outcome_of(log, "http://nowhere.invalid/").said == "its name is not known here (DNS)"
    assert outcome_of(log, "http://127.0.0.1:99999/").result is Result.REFUSED


def test_whoever_does_not_answer_rests_for_all_logs(log, monkeypatch, said):
    with log.database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example").site
        other_log = ledger.log_id_of(session, other.id)
    queue(log.database, other_log, 2)
    Sequencer(log.database, log.settings).step()
    asked = []
    monkeypatch.setattr(wire, "post", lambda *_: asked.append(1) or _silent())
    log.set(anchor_webhook="http://127.0.0.1/")
    log.anchor()
    assert len(asked) == 1
    assert len(said()) == 1


def _silent():
    raise anchors.work.SilentError("it is asleep")
