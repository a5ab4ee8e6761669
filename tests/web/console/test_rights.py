"""Staff work through rights requests: see them, extend, answer, hand out a copy, erase."""

import json

import pytest

from consent import records, rights, staff
from consent.records import Scope
from consent.records.models import ConsentRecord
from consent.rights import Kind
from consent.staff import Role
from tests.factories import a_published_site
from tests.records.keeping import a_person, left
from tests.rights.asking import a_request
from tests.web.console.people import logged_in

LIST = "/console/sites/demo/rights"


@pytest.fixture
def admin(client, database):
    return logged_in(client, database)


def read(database, demo, made):
    with database.reading() as session:
        return rights.request_of(session, demo.site, made.id)


def url(made, act: str = "") -> str:
    return f"{LIST}/{made.id}{act}"


def test_the_list_shows_what_waits_and_how_long(admin, database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    noise = a_request(database, other, a_person(database, other)[0])
    made = a_request(database, demo, a_person(database, demo)[0], words="<script>x</script>")
    page = admin.get(LIST)
    assert page.status_code == 200
    assert made.reference in page.text
    assert "days left" in page.text
    assert noise.reference not in page.text
    assert admin.get(url(noise)).status_code == 404
    one = admin.get(url(made))
    assert "&lt;script&gt;x&lt;/script&gt;" in one.text
    assert admin.get(f"{LIST}?state=closed").status_code == 200
    assert admin.get(f"{LIST}/nonsense%00").status_code == 404
    assert admin.get(f"{LIST}?cursor=%00&state=x").status_code == 200


def test_an_empty_list_teaches(admin, demo):
    assert "Nobody waits for an answer." in admin.get(LIST).text


def test_a_request_is_found_by_its_number(admin, database, demo):
    made = a_request(database, demo, a_person(database, demo)[0])
    spoken = made.reference.lower().replace("-", " ")
    found = admin.get(LIST, query_string={"number": spoken})
    assert (found.status_code, found.location) == (303, url(made))
    assert "No request has this number" in admin.get(f"{LIST}?number=R-0000-%00").text


def test_a_request_is_extended_and_answered(admin, database, demo):
    made = a_request(database, demo, a_person(database, demo)[0], Kind.ACCESS)
    empty = admin.post(url(made, "/extend"), {"reason": " "})
    assert empty.status_code == 422
    assert 'id="reason-error"' in empty.text
    answer = admin.post(url(made, "/extend"), {"reason": "many"})
    assert answer.status_code == 303
    assert "The time is extended" in admin.get(answer.location).text
    again = admin.post(url(made, "/extend"), {"reason": "many"})
    assert again.status_code == 409
    wrong = admin.post(url(made, "/close"), {"answer": "x" * 2001, "outcome": "done"})
    assert wrong.status_code == 422
    assert "x" * 2001 in wrong.text
    admin.post(url(made, "/close"), {"answer": "here it is", "outcome": "refused"})
    now = read(database, demo, made)
    assert (now.state, now.answer) == ("refused", "here it is")
    page = admin.get(url(made))
    assert "here it is" in page.text
    assert f'action="{url(made, "/close")}"' not in page.text


def test_a_copy_is_handed_out_and_the_trail_says_so(admin, database, demo):
    noise, _ = a_person(database, demo)
    subject, _ = a_person(database, demo, 2)
    made = a_request(database, demo, subject, Kind.ACCESS)
    copy = admin.post(url(made, "/copy"))
    assert copy.headers["Content-Disposition"] == (
        f'attachment; filename="demo-{made.reference}.json"'
    )
    assert len(json.loads(copy.data)["subjects"][0]["records"]) == 2
    assert noise not in copy.text
    with database.reading() as session:
        [event] = staff.events(session, staff.Trail(verb="rights.exported"))
    assert event.actor == admin.member.key


def test_an_erasure_is_confirmed_by_the_number_and_answers_the_request(admin, database, demo):
    a_person(database, demo)
    made = a_request(database, demo, a_person(database, demo, 2)[0])
    for typed in ("", "yes", "R-0000-0000"):
        answer = admin.post(url(made, "/erase"), {"erase_answer": "gone", "confirm": typed})
        assert answer.status_code == 422
        assert "gone" in answer.text
    wordless = admin.post(url(made, "/erase"), {"confirm": made.reference})
    assert wordless.status_code == 422
    assert 'id="erase_answer-error"' in wordless.text
    assert left(database, ConsentRecord) == 3
    typed = f" {made.reference.lower()} "
    answer = admin.post(url(made, "/erase"), {"erase_answer": "gone", "confirm": typed})
    assert answer.status_code == 303
    assert "The person is erased" in admin.get(answer.location).text
    assert left(database, ConsentRecord) == 1
    now = read(database, demo, made)
    assert (now.state, now.subject_id) == ("done", None)
    assert admin.post(url(made, "/copy")).status_code == 404


def test_a_hold_is_shown_and_keeps_the_person(admin, database, demo):
    subject, _ = a_person(database, demo)
    made = a_request(database, demo, subject)
    with database.transaction() as session:
        records.hold(session, demo.site, Scope(subject), "a lawsuit")
    assert "A legal hold keeps these records" in admin.get(url(made)).text
    sent = {"erase_answer": "gone", "confirm": made.reference}
    answer = admin.post(url(made, "/erase"), sent)
    assert answer.status_code == 409
    assert "under the hold" in answer.text
    assert left(database, ConsentRecord) == 1


def test_an_auditor_reads_and_changes_nothing(app, database, demo):
    auditor = logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)
    made = a_request(database, demo, a_person(database, demo)[0])
    assert auditor.get(LIST).status_code == 200
    page = auditor.get(url(made))
    assert page.status_code == 200
    assert 'action="/console/sites/demo/rights' not in page.text
    for act in ("/extend", "/close", "/erase", "/copy"):
        sent = {"reason": "x", "answer": "x", "erase_answer": "x", "confirm": made.reference}
        assert auditor.post(url(made, act), sent).status_code == 403
    assert read(database, demo, made).state == "open"


def test_others_see_nothing(app, database, demo):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
    made = a_request(database, demo, a_person(database, demo)[0])
    editor = logged_in(app.test_client(), database, Role.EDITOR, demo.site.id)
    assert editor.get(LIST).status_code == 403
    charlie = logged_in(app.test_client(), database, Role.ADMIN, other.site.id)
    for address in (LIST, url(made)):
        assert charlie.get(address).status_code == 404
    assert app.test_client().get(LIST).status_code in {303, 401}
