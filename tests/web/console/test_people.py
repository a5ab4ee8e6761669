"""A person is found by the site's customer id or by what they noted, and by nothing else."""

import html
import json
import re

import pytest

from consent import records, rights, staff
from consent.records.models import SubjectKey
from consent.sealing import Sealer
from consent.signing import Purpose, Signer
from consent.staff import Role
from tests.factories import a_published_site
from tests.records.keeping import a_person, left
from tests.records.test_subject_keys import signed
from tests.web.console.people import logged_in

FIND = "/console/sites/demo/people"
KEY = "/console/sites/demo/subject-key"


@pytest.fixture
def admin(client, database):
    return logged_in(client, database)


def a_customer(database, demo, settings, subjects, customer="customer-17"):
    sealer = Sealer(settings.secret_keys)
    with database.transaction() as session:
        key = records.make_subject_key(session, demo.site, sealer)
        person = records.person_named(session, demo.site, sealer, signed(key, sub=customer))
        for each in subjects:
            records.tie(session, demo.site, person, each)


def found(answer, subject: str) -> bool:
    return f'name="subject" value="{subject}"' in answer.text or f"/records?subject={subject}" in (
        answer.text
    )


def test_a_customer_is_found_with_all_devices(admin, database, demo, settings):
    noise, _ = a_person(database, demo)
    phone, _ = a_person(database, demo, 2)
    desk, _ = a_person(database, demo)
    a_customer(database, demo, settings, [phone, desk])
    page = admin.post(FIND, {"way": "customer", "asked": "customer-17"})
    assert page.status_code == 200
    assert found(page, phone)
    assert found(page, desk)
    assert noise not in page.text
    nobody = admin.post(FIND, {"way": "customer", "asked": "customer-18"})
    assert "Nobody was found." in nobody.text
    with database.reading() as session:
        events = staff.events(session, staff.Trail(verb="person.find"))
    assert [each.facts["found"] for each in events] == [0, 2]
    assert "customer-1" not in str([(each.facts, each.details) for each in events])


def test_a_person_is_found_by_what_they_noted(admin, database, demo, settings):
    noise, _ = a_person(database, demo)
    subject, [record] = a_person(database, demo)
    key = Signer(settings.secret_keys).sign(Purpose.HISTORY, "demo", subject)
    link = f"https://consent.example/v1/sites/demo/records/{record.id}/receipt.json?token=x"
    receipt = json.dumps({"@id": f"urn:uuid:{record.id}#receipt", "x": "y" * 5000})
    for way, asked in (
        ("record", str(record.id)), ("record", str(record.id).upper()), ("record", link),
        ("record", receipt), ("key", key), ("subject", subject),
        ("key", f"https://consent.example/privacy/demo/history#key={key}"),
    ):  # fmt: skip
        page = admin.post(FIND, {"way": way, "asked": asked})
        assert found(page, subject), (way, asked)
        assert noise not in page.text


def test_all_of_a_person_is_one_step_from_a_file_with_proofs(admin, database, demo):
    subject, _ = a_person(database, demo, 2)
    page = admin.post(FIND, {"way": "subject", "asked": subject})
    (link,) = re.findall(r'href="([^"]*exports[?][^"]*)"', page.text)
    form = admin.get(html.unescape(link))
    assert re.search(r'<option value="pack"[^>]* selected', form.text)
    assert re.search(rf'name="subject"[^>]* value="{subject}"', form.text)
    # The form knows already how many records the file will have.
    assert re.search(r"\b2\b[^<]* match", form.text), form.text


def test_what_belongs_to_nobody_here_finds_nobody(admin, database, demo, settings):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    stranger, [record] = a_person(database, other)
    key = Signer(settings.secret_keys).sign(Purpose.HISTORY, "other", stranger)
    for way, asked in (
        ("record", str(record.id)), ("key", key), ("key", "x"), ("subject", stranger),
        ("subject", "s_'; DROP"), ("record", "anna@example.org"), ("customer", "customer-17"),
        ("record", "0" * 8 + "-0000-0000-0000-" + "0" * 12), ("record", "f" * 5000),
    ):  # fmt: skip
        page = admin.post(FIND, {"way": way, "asked": asked})
        assert page.status_code == 200
        assert "Nobody was found." in page.text
        assert "It does not mean" in page.text


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"way": "name", "asked": "Anna"}, "way"),
        ({"way": "record", "asked": " "}, "asked"),
        ({"way": "customer", "asked": "a\0b"}, "asked"),
        ({"way": "customer", "asked": "x" * 256}, "asked"),
    ],
)
def test_what_is_wrong_is_named(admin, demo, sent, field):
    answer = admin.post(FIND, sent)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text


def test_the_page_says_what_cannot_be_known(admin, demo):
    page = admin.get(FIND).text
    assert "Nobody can be found by name" in page
    assert "no subject key" in page


def test_a_request_is_written_down_for_somebody(admin, database, demo):
    subject, _ = a_person(database, demo)
    sent = {"subject": subject, "kind": "erase", "words": "by letter"}
    answer = admin.post(f"{FIND}/request", sent)
    with database.reading() as session:
        [made] = rights.requests(session, demo.site).rows
        assert rights.steps_of(session, made)[0].actor == admin.member.key
    page = admin.get(answer.location)
    assert "by letter" in page.text
    assert "Staff wrote this request down" in page.text
    for wrong in ({"subject": "s_x"}, {"kind": "all"}, {"subject": "s_" + "A" * 22}):
        assert admin.post(f"{FIND}/request", {**sent, **wrong}).status_code == 404
    assert admin.post(f"{FIND}/request", {**sent, "email": "anna"}).status_code == 422


def test_a_subject_key_is_shown_once_and_ended(admin, database, demo):
    page = admin.post(KEY)
    assert "csk_" in page.text
    assert "csk_" not in admin.get(KEY).text
    again = admin.post(KEY, {"at_once": "1"})
    assert "csk_" in again.text
    assert left(database, SubjectKey) == 3
    ended = admin.post(f"{KEY}/end")
    assert "The keys have ended" in admin.get(ended.location).text
    assert admin.post(f"{KEY}/end").status_code == 303
    with database.reading() as session:
        verbs = [each.verb for each in staff.events(session, staff.Trail(verb="subject_key."))]
    assert verbs == ["subject_key.end", "subject_key.make", "subject_key.make"]


def test_who_may_not_look_finds_nobody(app, database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    subject, _ = a_person(database, demo)
    sent = {"way": "subject", "asked": subject}
    auditor = logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)
    page = auditor.post(FIND, sent)
    assert found(page, subject)
    assert "Write a request down" not in page.text
    assert auditor.get(KEY).status_code == 403
    request = {"subject": subject, "kind": "erase"}
    assert auditor.post(f"{FIND}/request", request).status_code == 403
    viewer = logged_in(app.test_client(), database, Role.VIEWER, demo.site.id)
    assert viewer.get(FIND).status_code == viewer.post(FIND, sent).status_code == 403
    charlie = logged_in(app.test_client(), database, Role.ADMIN, other.site.id)
    assert charlie.get(FIND).status_code == charlie.post(FIND, sent).status_code == 404
