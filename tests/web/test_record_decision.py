"""POST records: what is accepted, what is refused with which status, and what is stored."""

import gzip
import io
import json
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from consent import create_app, records
from consent.ledger.models import LogOpening
from consent.records.models import ConsentRecord
from tests.factories import ORIGIN, a_body, post

PATH = "/v1/sites/demo/records"
OPTIONAL = ("functional", "targeting", "performance")


def records_of(database) -> list[ConsentRecord]:
    with database.reading() as session:
        return list(session.scalars(select(ConsentRecord)))


def send(client, body: object, **headers: str):
    """Send any bytes or JSON, also what no browser would send."""
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(
        PATH, data=data, headers={"Origin": ORIGIN, "Content-Type": "application/json", **headers}
    )


def test_a_decision_is_recorded_and_answered(client, demo, database):
    answer = post(client, demo, a_body(demo))
    assert answer.status_code == 201
    assert list(answer.json) == [
        "record_id", "subject", "sequence", "recorded_at", "expires_at", "receipt_url",
        "history_url", "late",
    ]  # fmt: skip
    assert (answer.json["sequence"], answer.json["late"]) == (0, False)
    assert answer.json["history_url"].startswith(
        "https://consent.example/privacy/demo/history#key="
    )
    (record,) = records_of(database)
    assert str(record.id) == answer.json["record_id"]


def test_the_same_event_again_is_answered_with_the_same_bytes(client, demo, database):
    body = a_body(demo)
    first, again = post(client, demo, body), post(client, demo, body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert len(records_of(database)) == 1


def test_the_same_event_written_otherwise_is_the_same_body(client, demo, database):
    body = a_body(demo)
    first = post(client, demo, body)
    other = json.dumps(dict(reversed(body.items())), indent=3).encode()
    again = client.post(
        PATH, data=other, headers={"Origin": ORIGIN, "Content-Type": "text/plain;charset=UTF-8"}
    )
    assert (again.status_code, again.data) == (200, first.data)
    assert len(records_of(database)) == 1


def test_the_same_event_with_another_body_is_a_conflict(client, demo, database):
    body = a_body(demo)
    post(client, demo, body)
    changed = {**body, "categories": {**body["categories"], "targeting": True}}
    answer = post(client, demo, changed)
    assert (answer.status_code, answer.json["code"]) == (409, "event_conflict")
    (record,) = records_of(database)
    assert record.categories["targeting"] is False


def test_text_and_json_are_accepted_alike(client, demo):
    for kind in ("application/json", "text/plain", "text/plain;charset=UTF-8"):
        assert send(client, a_body(demo), **{"Content-Type": kind}).status_code == 201


MALFORMED = [
    b"",
    b"{",
    b"nonsense",
    b'{"a":1,"a":2}',
    b"[NaN]",
    b"[1.5]",
    b'"\\ud800"',
    b"\xff\xfe",
    b"[" * 9000,
    b"[" * 40 + b"]" * 40,
    b"[" + b"1" * 5000 + b"]",
]


def test_what_is_no_json_of_ours_is_malformed(client, demo):
    for raw in MALFORMED:
        answer = send(client, raw)
        assert (answer.status_code, answer.json["code"]) == (400, "malformed"), raw[:20]


def test_another_type_is_refused(client, demo):
    for kind in ("", "text/html", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = send(client, a_body(demo), **{"Content-Type": kind})
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type"), kind


def test_a_compressed_body_is_refused(client, demo):
    packed = gzip.compress(json.dumps(a_body(demo)).encode())
    for encoding in ("gzip", "deflate", "br", "zstd"):
        answer = send(client, packed, **{"Content-Encoding": encoding})
        assert (answer.status_code, answer.json["code"]) == (415, "unsupported_type"), encoding


def test_more_than_16_kib_are_refused(client, demo, database):
    body = a_body(demo, signals={"tcf": "x" * 6000, "gpp": "y" * 6000, "ac": "z" * 6000})
    answer = post(client, demo, body)
    assert (answer.status_code, answer.json["code"]) == (413, "too_large")
    assert records_of(database) == []


def test_a_body_without_a_stated_length_is_cut_off_too(client, demo):
    answer = client.post(
        PATH,
        input_stream=io.BytesIO(b"[" + b" " * 1_000_000),
        headers={"Origin": ORIGIN, "Content-Type": "application/json"},
        environ_overrides={"wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"},
    )
    assert answer.status_code == 413


WRONG = [
    ("event_id", "not-a-uuid"), ("event_id", None), ("action", "accept"), ("layer", "popup"),
    ("notice", None), ("notice", {"version": 1}), ("categories", []), ("categories", {}),
    ("categories", {"functional": "yes", "targeting": 0, "performance": 0}), ("vendors", []),
    ("vendors", {"nobody": {"consent": []}}), ("vendors", {"acme": {"consent": ["x" * 50]}}),
    ("vendors", {"__proto__": {"consent": []}}), ("subject", 5), ("subject", "x" * 600),
    ("page", "https://evil.example/"), ("page", "javascript:alert(1)"), ("page", ""),
    ("page", "/path"), ("page", "https://shop.example.evil.com/"), ("decided_at", "yesterday"),
    ("decided_at", "1066-01-01T00:00:00Z"),
    ("decided_at", "9999-12-31T23:59:59Z"), ("decided_at", 5), ("region", "Germany"),
    ("region_source", "guess"), ("model", "never"), ("gpc", "yes"),
    ("layout", "a b"), ("snippet", "sha256-x"), ("signals", []), ("signals", {"xyz": "1"}),
    ("signals", {"tcf": "x" * 8001}), ("html", "<b>"), ("__proto__", {}),
]  # fmt: skip


def test_each_wrong_field_is_named_and_nothing_is_written(client, demo, database):
    for field, value in WRONG:
        answer = post(client, demo, a_body(demo, **{field: value}))
        found = (answer.status_code, answer.json.get("code"), list(answer.json.get("fields", {})))
        assert found == (422, "invalid_fields", [field]), (field, value)
    assert records_of(database) == []


@pytest.mark.parametrize(
    ("field", "value"), [("gpc", 1), ("categories", dict.fromkeys(OPTIONAL, 1))]
)
def test_a_number_is_no_truth(client, demo, field, value):
    assert post(client, demo, a_body(demo, **{field: value})).status_code == 422


@pytest.mark.parametrize("version", [0, 2, -1, 2**31, "1", True])
def test_an_unpublished_version_is_named(client, demo, version):
    notice = {**a_body(demo)["notice"], "version": version}
    answer = post(client, demo, a_body(demo, notice=notice))
    assert answer.status_code == 422
    assert list(answer.json["fields"]["notice"]) == ["version"]


def test_every_missing_field_is_named_at_once(client, demo):
    answer = send(client, {})
    assert answer.status_code == 422
    assert set(answer.json["fields"]) == {
        "event_id", "action", "layer", "notice", "categories", "page", "decided_at",
    }  # fmt: skip


@pytest.mark.parametrize("body", [[], "x", 5, None, True])
def test_a_body_that_is_no_object_is_refused(client, demo, body):
    assert send(client, body).status_code in {400, 422}


def test_of_the_page_only_origin_and_path_are_kept(client, demo, database):
    page = f"{ORIGIN}/a/b?mail=planted@example.com#planted"
    assert post(client, demo, a_body(demo, page=page)).status_code == 201
    (record,) = records_of(database)
    assert record.page == f"{ORIGIN}/a/b"
    with database.reading() as session:
        payloads = "".join(session.scalars(select(LogOpening.payload)))
    assert "planted" not in payloads


def test_no_address_and_no_user_agent_is_stored(client, demo, database):
    planted = {
        "User-Agent": "planted-agent/1.0",
        "X-Forwarded-For": "203.0.113.99",
        "Cookie": "id=planted",
    }
    assert post(client, demo, a_body(demo), **planted).status_code == 201
    with database.reading() as session:
        payload = " ".join(session.scalars(select(LogOpening.payload)))
        rows = [vars(record) for record in session.scalars(select(ConsentRecord))]
    assert "planted" not in f"{payload} {rows}"
    assert "203.0.113" not in f"{payload} {rows}"
    assert "127.0.0.1" not in f"{payload} {rows}"


@pytest.mark.parametrize(
    ("headers", "device"),
    [
        ({"User-Agent": "Mozilla/5.0 (iPhone) Mobile/15E148"}, "phone"),
        ({"User-Agent": "planted (Windows NT 10.0)", "Sec-CH-UA-Mobile": "?0"}, "computer"),
        ({"User-Agent": "planted", "Sec-CH-UA-Mobile": "planted"}, None),
    ],
)
def test_of_the_device_one_word_of_three_is_kept(client, demo, database, headers, device):
    assert post(client, demo, a_body(demo), **headers).status_code == 201
    (record,) = records_of(database)
    with database.reading() as session:
        payload = records.evidence_of(session, record).opening.payload
    assert record.claims["device"] == json.loads(payload)["claims"]["device"] == device
    assert "planted" not in payload


def test_what_the_service_knows_stands_beside_what_was_claimed(settings, database, demo):
    known = type(settings)(**{**vars(settings), "region_header": "CF-IPCountry"})
    client = create_app(known, database).test_client()
    headers = {"CF-IPCountry": "fr", "Sec-GPC": "1"}
    assert post(client, demo, a_body(demo, region="US", gpc=False), **headers).status_code == 201
    (record,) = records_of(database)
    assert (record.region, record.region_source) == ("FR", "header")
    assert record.claims["region"] == "US"
    assert (record.gpc, record.disagrees) == (False, ["gpc", "region"])


def test_a_region_header_nobody_configured_is_not_believed(client, demo, database):
    assert post(client, demo, a_body(demo), **{"CF-IPCountry": "FR"}).status_code == 201
    (record,) = records_of(database)
    assert (record.region, record.region_source) == (None, "unknown")


@pytest.mark.parametrize("seen", ["XX", "T1", "", "Germany", "D3\x01"])
def test_a_region_header_that_says_nothing_is_unknown(settings, database, demo, seen):
    known = type(settings)(**{**vars(settings), "region_header": "CF-IPCountry"})
    client = create_app(known, database).test_client()
    assert post(client, demo, a_body(demo), **{"CF-IPCountry": seen}).status_code == 201
    assert records_of(database)[0].region is None


def test_what_cannot_be_stored_durably_is_never_acknowledged(client, demo, database, monkeypatch):
    def full(_session: Session) -> None:
        raise OperationalError("COMMIT", {}, Exception("disk full"))

    body = a_body(demo)
    monkeypatch.setattr(Session, "commit", full)
    answer = post(client, demo, body)
    monkeypatch.undo()
    assert (answer.status_code, answer.json["code"]) == (503, "not_durable")
    assert int(answer.headers["Retry-After"]) > 0
    assert records_of(database) == []
    assert post(client, demo, body).status_code == 201


def test_one_event_sent_by_many_at_once_is_one_record(app, demo, database):
    body = a_body(demo)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: post(app.test_client(), demo, body), range(16)))
    assert sorted(answer.status_code for answer in found) == [200] * 15 + [201]
    assert len({answer.data for answer in found}) == 1
    with database.reading() as session:
        assert session.scalar(select(func.count()).select_from(ConsentRecord)) == 1


def test_an_event_id_of_any_version_is_taken(client, demo):
    assert post(client, demo, a_body(demo, event_id=str(uuid.uuid4()))).status_code == 201
