"""Time stamps of a real `openssl ts`, checked against the note, the question and the roots."""

import os
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
import rfc3161_client

from consent import anchors
from consent.anchors import Kind, Result, der, timestamp
from consent.errors import ProofError
from tests.anchors.servers import AnAuthority, serving

if not AnAuthority.is_possible():
    WORDS = "openssl: there is no such program, and time stamps are made by it"
    if os.environ.get("CONSENT_TEST_STRICT") == "1":
        pytest.fail(WORDS, pytrace=False)
    pytest.skip(WORDS, allow_module_level=True)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """An authority; keys take time to make."""
    return AnAuthority(tmp_path_factory.mktemp("authority") / "own")


@pytest.fixture
def authority(made):
    made.change = made.instead = lambda data: data
    made.asked.clear()
    return made


@pytest.fixture
def dated(log, authority):
    """The log with the authority in its settings."""
    with serving(authority) as address:
        log.set(timestamp_url=f"{address}/tsr?key=planted", timestamp_roots=str(authority.roots))
        yield log


def test_a_time_stamp_is_kept_as_it_came_and_openssl_checks_it(dated, authority, tmp_path):
    (kept,) = dated.anchor()
    assert kept.kind is Kind.TIMESTAMP
    assert "planted" not in kept.target
    (tmp_path / "answer.tsr").write_bytes(kept.evidence)
    (tmp_path / "checkpoint.note").write_text(dated.newest().note)
    words = ["openssl", "ts", "-verify", "-in", "answer.tsr", "-data", "checkpoint.note"]
    done = subprocess.run(
        [*words, "-CAfile", str(authority.roots)],
        cwd=tmp_path, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout, done.stderr


def test_a_kept_time_stamp_says_when(dated, authority):
    (kept,) = dated.anchor()
    note = dated.newest().note.encode()
    for roots in (authority.roots.read_bytes(), None):
        moment = anchors.check_timestamp(kept.evidence, note, roots)
        assert abs(moment - datetime.now(UTC)) < timedelta(minutes=1)
    with pytest.raises(ProofError, match="of something else than this checkpoint"):
        anchors.check_timestamp(kept.evidence, note + b"x", authority.roots.read_bytes())


def test_a_log_is_dated_once_a_day_or_as_was_settled(dated, authority, later):
    dated.anchor()
    dated.grow()
    later(timedelta(hours=23))
    assert len(dated.anchor()) == 1
    later(timedelta(hours=1, minutes=1))
    assert len(dated.anchor()) == 2
    assert len(authority.asked) == 2
    dated.set(timestamp_hours=1)
    dated.grow()
    later(timedelta(hours=1, minutes=1))
    assert len(dated.anchor()) == 3


def test_a_log_without_news_is_not_dated_again(dated, authority, later):
    dated.anchor()
    later(timedelta(days=3))
    assert len(dated.anchor()) == 1
    assert len(authority.asked) == 1


def question(data: bytes) -> bytes:
    built = rfc3161_client.TimestampRequestBuilder().data(data)
    return built.hash_algorithm(rfc3161_client.HashAlgorithm.SHA256).build().as_bytes()


def refused(log, said) -> str:
    assert log.anchor() == []
    ((level, sentence),) = said()
    assert level == "error"
    return sentence


def test_an_answer_to_another_question_is_refused(dated, authority, said):
    authority.instead = lambda _: question(dated.newest().note.encode())
    assert "answers another question (nonce)" in refused(dated, said)


def test_a_time_stamp_of_something_else_is_refused(dated, authority, said):
    authority.instead = lambda _: question(b"something else")
    assert "of something else than this checkpoint" in refused(dated, said)


def test_a_time_stamp_of_an_unknown_authority_is_refused(dated, authority, said, tmp_path):
    stranger = AnAuthority(tmp_path / "stranger")
    authority.change = lambda _: stranger.reply(authority.asked[-1])
    assert "signed by nobody known" in refused(dated, said)


def test_without_roots_the_answer_is_still_held_against_the_question(dated, authority, said):
    dated.set(timestamp_roots="")
    assert len(dated.anchor()) == 1
    dated.grow()
    authority.instead = lambda _: question(b"something else")
    assert anchors.lay_down(_due_again(dated)).result is Result.REFUSED


def _due_again(log):
    newest = log.newest()
    return anchors.Work(
        log.log_id, log.origin, newest.size, newest.note, anchors.targets(log.settings)[0]
    )


def test_a_rejection_is_told_in_the_words_of_the_authority(dated, authority, said):
    built = rfc3161_client.TimestampRequestBuilder().data(b"x")
    sha512 = built.hash_algorithm(rfc3161_client.HashAlgorithm.SHA512).build().as_bytes()
    authority.instead = lambda _: sha512
    sentence = refused(dated, said)
    assert "granted no time stamp (status 2): Message digest algorithm is not" in sentence


@pytest.mark.parametrize("answer", [b"", b"<html>no</html>", b"\x30\x80", b"\x30\x03\x02\x01\x00"])
def test_what_is_no_answer_is_refused(dated, authority, said, answer):
    authority.change = lambda _: answer
    assert "its answer does not hold" in refused(dated, said)


def test_an_altered_time_stamp_is_refused_wherever_it_matters(dated, authority):
    (kept,) = dated.anchor()
    note, roots = dated.newest().note.encode(), authority.roots.read_bytes()
    evidence = der.with_certificates_sorted(kept.evidence)
    assert anchors.check_timestamp(evidence, note, roots)
    response = rfc3161_client.decode_timestamp_response(evidence)
    places = {
        "time": evidence.index(f"{response.tst_info.gen_time:%Y%m%d%H%M%S}Z".encode()) + 12,
        "imprint": evidence.index(response.tst_info.message_imprint.message),
        "signature": len(evidence) - 9,
        "certificate": evidence.index(b"authority") + 2,
    }
    for name, at in places.items():
        altered = bytearray(evidence)
        altered[at] ^= 1
        with pytest.raises(ProofError):
            anchors.check_timestamp(bytes(altered), note, roots)
            pytest.fail(name)


def test_a_time_stamp_cut_short_anywhere_is_refused(dated):
    (kept,) = dated.anchor()
    for end in range(0, len(kept.evidence), 13):
        with pytest.raises(ProofError):
            anchors.check_timestamp(kept.evidence[:end], dated.newest().note.encode())


def test_an_authority_under_another_is_known_by_the_root_in_whatever_order(tmp_path):
    deep = AnAuthority(tmp_path / "deep", is_deep=True)
    roots, chain = deep.roots.read_bytes(), deep.folder / "chain.pem"
    given = chain.read_bytes()
    between, root = (each + END for each in given.split(END)[:2])
    alone = []
    for order in (between + root, root + between):
        chain.write_bytes(order)
        answer = deep.reply(question(b"note"))
        alone.append(_is_read(answer))
        assert anchors.check_timestamp(answer, b"note", roots)
        ordered = der.with_certificates_sorted(answer)
        assert sorted(ordered) == sorted(answer)
        response = rfc3161_client.decode_timestamp_response(ordered)
        assert len(response.signed_data.certificates) == 3
    assert not all(alone), "the library alone reads none but sorted ones"


END = b"-----END CERTIFICATE-----\n"


def _is_read(answer: bytes) -> bool:
    try:
        rfc3161_client.decode_timestamp_response(answer)
    except ValueError:
        return False
    return True


def test_without_the_library_checking_says_what_to_install(monkeypatch):
    monkeypatch.setattr(timestamp, "library", None)
    with pytest.raises(ProofError, match=r"install consent-service\[timestamps\]"):
        anchors.check_timestamp(b"", b"")
