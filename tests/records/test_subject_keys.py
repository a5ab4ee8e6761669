"""A site names its customers by a key of its own; their ids are never stored."""

import base64
import hmac
import json
from datetime import timedelta

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import select

from consent import clock, records
from consent.errors import InvalidFieldsError, NotFoundError
from consent.records import subject_keys
from consent.records.models import SubjectKey
from consent.sealing import Sealer
from tests.factories import a_published_site

SEALER = Sealer(["a-secret-key-of-the-service-1234"])
FUTURE = 4_000_000_000


def make(database, demo, **how) -> str:
    with database.transaction() as session:
        return records.make_subject_key(session, demo.site, SEALER, **how)


def named(database, demo, token: str, sealer: Sealer = SEALER) -> bytes:
    with database.reading() as session:
        return records.person_named(session, demo.site, sealer, token)


def signed(key: str, algorithm: str = "HS256", **claims: object) -> str:
    claims = {"sub": "customer-17", "exp": FUTURE, **claims}
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": algorithm}, claims, OctKey.import_key(key), algorithms=[algorithm])


def test_the_same_customer_is_the_same_person_and_another_is_not(database, demo):
    key = make(database, demo)
    first = named(database, demo, signed(key))
    assert first == named(database, demo, signed(key, exp=FUTURE + 1, name="whatever"))
    assert first != named(database, demo, signed(key, sub="customer-18"))
    with database.reading() as session:
        asked = records.person_of_customer(session, demo.site, SEALER, "customer-17")
    assert asked == first


def test_the_same_customer_id_on_another_site_is_another_person(database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    mine, theirs = make(database, demo), make(database, other)
    assert named(database, demo, signed(mine)) != named(database, other, signed(theirs))
    with pytest.raises(InvalidFieldsError, match="jwt"):
        named(database, demo, signed(theirs))


def test_neither_key_nor_secret_nor_customer_id_lies_open_in_the_database(database, demo):
    key = make(database, demo)
    named(database, demo, signed(key))
    with database.reading() as session:
        rows = session.scalars(select(SubjectKey)).all()
    assert sorted(row.use for row in rows) == ["hash", "verify"]
    assert all(key not in row.sealed and "customer" not in row.sealed for row in rows)
    assert SEALER.open("subject_key/verify/demo", rows[0].sealed) in (key, None)
    assert SEALER.open("subject_key/verify/other", rows[0].sealed) is None


def unsigned(**claims: object) -> str:
    parts = ({"alg": "none"}, {"sub": "customer-17", "exp": FUTURE, **claims})
    coded = [base64.urlsafe_b64encode(json.dumps(each).encode()).rstrip(b"=") for each in parts]
    return b".".join([*coded, b""]).decode()


def by_hand(key: str, claims: bytes) -> str:
    parts = (b'{"alg":"HS256"}', claims)
    coded = [base64.urlsafe_b64encode(each).rstrip(b"=") for each in parts]
    head = b".".join(coded)
    mark = base64.urlsafe_b64encode(hmac.digest(key.encode(), head, "sha256")).rstrip(b"=")
    return (head + b"." + mark).decode()


def test_a_token_that_the_site_did_not_sign_or_that_is_over_names_nobody(database, demo):
    key = make(database, demo)
    past = int(clock.now().timestamp()) - 61 - subject_keys.LEEWAY_SECONDS
    good = signed(key)
    for token in (
        "", "x", "a.b.c", "\0", "ä" * 20, "." * 5000, unsigned(), unsigned(alg="HS256"),
        signed("csk_" + "x" * 43), signed(key, "HS512"), signed(key, exp=None),
        signed(key, exp=past), signed(key, exp="soon"), signed(key, sub=None),
        signed(key, sub=17), signed(key, sub=""), signed(key, sub="x" * 256),
        signed(key, sub="a\0"),
        by_hand(key, rb'{"sub":"\ud800","exp":4000000000}'), by_hand(key, b"[]"),
        by_hand(key, b"{"), by_hand(key, b'{"sub":{},"exp":1e400}'), signed(key, nbf=FUTURE),
        good[:-2], good.replace(".", "", 1),
    ):  # fmt: skip
        with pytest.raises(InvalidFieldsError, match="jwt"):
            named(database, demo, token)
    assert named(database, demo, signed(key, exp=past + 61 + 30))


def test_a_site_without_a_key_names_nobody_and_the_answer_says_so(database, demo):
    with pytest.raises(InvalidFieldsError, match="no subject key"):
        named(database, demo, signed("csk_" + "x" * 43))
    with database.reading() as session:
        assert records.person_of_customer(session, demo.site, SEALER, "customer-17") is None


def test_an_earlier_key_holds_a_week_and_people_stay_who_they_are(database, demo, monkeypatch):
    old = make(database, demo)
    before = named(database, demo, signed(old))
    new = make(database, demo)
    assert old != new
    assert named(database, demo, signed(old)) == named(database, demo, signed(new)) == before
    later = clock.now() + subject_keys.OVERLAP + timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    assert named(database, demo, signed(new)) == before
    with pytest.raises(InvalidFieldsError):
        named(database, demo, signed(old))


def test_a_stolen_key_ends_at_once(database, demo):
    old = make(database, demo)
    new = make(database, demo, end_others=True)
    assert named(database, demo, signed(new))
    with pytest.raises(InvalidFieldsError):
        named(database, demo, signed(old))
    with database.transaction() as session:
        records.end_subject_keys(session, demo.site)
    with pytest.raises(InvalidFieldsError):
        named(database, demo, signed(new))
    with database.transaction() as session, pytest.raises(NotFoundError):
        records.end_subject_keys(session, demo.site)


def test_secret_keys_rotate_and_a_lost_one_is_said(database, demo):
    key = make(database, demo)
    both = Sealer(["a-secret-key-of-the-service-1234", "a-newer-key-of-the-service-12345"])
    assert named(database, demo, signed(key), both) == named(database, demo, signed(key))
    with pytest.raises(NotFoundError, match="CONSENT_SECRET_KEYS"):
        named(database, demo, signed(key), Sealer(["a-newer-key-of-the-service-12345"]))
