"""A subject: only our own signature for this site and purpose extends a chain."""

import pytest
from sqlalchemy import select

from consent.records.models import ConsentRecord
from consent.signing import Purpose, Signer
from tests.factories import a_body, a_published_site, post


def first(client, demo):
    return post(client, demo, a_body(demo)).json


def test_a_signed_subject_extends_its_chain(client, demo):
    subject, sequences = None, []
    for _ in range(3):
        answer = post(client, demo, a_body(demo, subject=subject)).json
        subject = answer["subject"]
        sequences.append(answer["sequence"])
    assert sequences == [0, 1, 2]


def test_the_signed_value_stays_the_same_along_the_chain(client, demo):
    begun = first(client, demo)
    assert (
        post(client, demo, a_body(demo, subject=begun["subject"])).json["subject"]
        == begun["subject"]
    )


def forgeries(settings, subject: str) -> dict[str, str]:
    inner = subject.partition(".")[0]
    signer = Signer(settings.secret_keys)
    return {
        "bare": inner,
        "bare with a dot": inner + ".",
        "tampered id": ("s_A" if subject[2] != "A" else "s_B") + subject[3:],
        "cut": subject[:-4],
        "for history": signer.sign(Purpose.HISTORY, "demo", inner),
        "for another site": signer.sign(Purpose.SUBJECT, "other", inner),
        "of another key": Signer(["k" * 32]).sign(Purpose.SUBJECT, "demo", inner),
        "never ours": "hello",
        "hostile": "s_'; DROP TABLE site;--",
    }


KINDS = (
    "bare", "bare with a dot", "tampered id", "cut", "for history", "for another site",
    "of another key", "never ours", "hostile",
)  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_a_forged_subject_starts_a_new_one_and_opens_nothing(
    client, demo, settings, database, kind
):
    mine = first(client, demo)
    forged = forgeries(settings, mine["subject"])[kind]
    answer = post(client, demo, a_body(demo, subject=forged)).json
    assert answer["sequence"] == 0
    assert answer["subject"] != mine["subject"]
    assert answer["history_url"] != mine["history_url"]
    with database.reading() as session:
        assert len(set(session.scalars(select(ConsentRecord.subject_id)))) == 2


def test_a_subject_of_another_site_is_a_stranger_here(client, demo, database):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    theirs = post(client, other, a_body(other)).json["subject"]
    answer = post(client, demo, a_body(demo, subject=theirs)).json
    assert answer["sequence"] == 0
    assert answer["subject"].partition(".")[0] != theirs.partition(".")[0]


def test_what_an_older_key_signed_still_extends(client, demo, settings):
    mine = first(client, demo)["subject"].partition(".")[0]
    old = Signer([settings.secret_keys[0]]).sign(Purpose.SUBJECT, "demo", mine)
    assert post(client, demo, a_body(demo, subject=old)).json["sequence"] == 1


def test_a_signed_value_for_a_subject_without_state_begins_at_zero(client, demo, settings):
    signed = Signer(settings.secret_keys).sign(Purpose.SUBJECT, "demo", "s_erased")
    answer = post(client, demo, a_body(demo, subject=signed)).json
    assert (answer["sequence"], answer["subject"]) == (0, signed)
