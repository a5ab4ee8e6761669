"""Exports in the console: asked for, watched, stopped, downloaded, each noted; nobody else's."""

import json
import re
from hashlib import sha256

import pytest
import time_machine

from consent import clock, exports, ledger, records, staff
from consent.exporter import Jobs
from consent.jobs import leases
from consent.records import Search
from consent.staff import Role, StaffEvent
from tests.exports.background import filled, found
from tests.factories import a_published_site
from tests.web.console.people import logged_in

BASE = "/console/sites/demo/exports"


@pytest.fixture
def auditor(app, database, demo):
    return logged_in(app.test_client(), database, Role.AUDITOR, demo.site.id)


def acts(database) -> list[StaffEvent]:
    with database.reading() as session:
        return [
            each for each in staff.events(session, staff.Trail()) if each.verb.startswith("export.")
        ]


def the_one(database, demo):
    with database.reading() as session:
        return exports.listed(session, demo.site.id)[0]


def test_an_export_is_asked_for_made_and_downloaded_and_each_step_is_noted(
    app, database, demo, settings, auditor
):
    filled(database, demo)
    assert "Nothing was exported yet" in auditor.get(BASE).text
    answer = auditor.post(BASE, {"format": "csv"})
    assert answer.status_code == 303, answer.text
    page = auditor.get(answer.location)
    assert "waits for the worker" in page.text
    assert "It is made in the background" in page.text
    Jobs(database, settings).step()
    export = the_one(database, demo)
    page = auditor.get(f"{BASE}/{export.id}")
    assert export.sha256 in page.text
    file = auditor.get(f"{BASE}/{export.id}/file", buffered=True)
    assert file.status_code == 200
    assert sha256(file.data).hexdigest() == export.sha256
    assert file.headers["Content-Disposition"] == f"attachment; filename={export.file_name}"
    assert file.headers["X-Content-Type-Options"] == "nosniff"
    assert file.headers["Cache-Control"] == "no-store"
    said = auditor.get(f"{BASE}/{export.id}/manifest")
    assert json.loads(said.data)["file"]["sha256"] == export.sha256
    assert [each.verb for each in acts(database)] == ["export.download", "export.start"]
    assert acts(database)[0].actor == auditor.member.key


def test_the_screen_the_row_and_the_file_have_the_same_total(database, demo, settings, auditor):
    filled(database, demo, 7)
    page = auditor.get(f"{BASE}?action=save&count=1")
    assert "7 records match now." in page.text
    assert 'name="action" value="save"' in page.text
    auditor.post(BASE, {"format": "jsonl", "action": "save", "to": f"{clock.now():%Y-%m-%d}"})
    Jobs(database, settings).step()
    export = the_one(database, demo)
    with database.reading() as session:
        counted = records.count(session, Search(demo.site.id, action="save"))
    lines = auditor.get(f"{BASE}/{export.id}/file", buffered=True).text.splitlines()
    assert len(lines) == counted == export.counted == export.written == 7


def test_a_file_is_handed_over_in_parts_and_not_again_when_it_is_there(
    database, demo, settings, auditor
):
    filled(database, demo)
    auditor.post(BASE, {"format": "csv"})
    Jobs(database, settings).step()
    url = f"{BASE}/{the_one(database, demo).id}/file"
    whole = auditor.get(url, buffered=True)
    part = auditor.client.get(
        url, headers={"Range": "bytes=10-19", "If-Range": whole.headers["ETag"]}, buffered=True
    )
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    same = auditor.client.get(url, headers={"If-None-Match": whole.headers["ETag"]}, buffered=True)
    assert (same.status_code, same.data) == (304, b"")
    assert (
        auditor.client.get(url, headers={"Range": "bytes=999999-"}, buffered=True).status_code
        == 416
    )
    noted = [each for each in acts(database) if each.verb == "export.download"]
    assert [each.details.get("part") for each in noted] == ["bytes=10-19", None]


def test_nonsense_is_named_and_nothing_is_asked_for(database, demo, auditor):
    for given, field in (
        ({"format": "pdf"}, "format"),
        ({"format": ""}, "format"),
        ({"format": "csv", "from": "yesterday"}, "from"),
        ({"format": "csv", "from": "2026-12-01", "to": "2026-11-01"}, "to"),
        ({"format": "pack", "action": "save"}, "action"),
        ({"format": "csv", "subject": "s_\0"}, "subject"),
        ({"format": "csv", "nonsense": "1"}, "nonsense"),
    ):
        answer = auditor.post(BASE, given)
        assert answer.status_code == 422, given
        assert f'href="#{field}"' in answer.text, given
    with database.reading() as session:
        assert exports.listed(session, demo.site.id) == []
    assert auditor.get(f"{BASE}?from=nonsense").status_code == 422
    assert auditor.get(f"{BASE}?cursor=nonsense").status_code == 422


def test_one_that_runs_is_stopped_and_can_not_be_stopped_again(database, demo, auditor):
    auditor.post(BASE, {"format": "csv"})
    url = f"{BASE}/{the_one(database, demo).id}"
    assert "Stop the export" in auditor.get(url).text
    answer = auditor.post(f"{url}/cancel")
    assert answer.status_code == 303
    assert "Nothing of it is kept" in auditor.get(answer.location).text
    assert auditor.post(f"{url}/cancel").status_code == 409
    assert auditor.get(f"{url}/file").status_code == 409
    assert acts(database)[0].verb == "export.cancel"


def test_whom_a_pack_is_about_stays_out_of_the_trail(database, demo, auditor):
    answer = auditor.post(BASE, {"format": "pack", "subject": "s_" + "a" * 22})
    assert answer.status_code == 303
    act = acts(database)[0]
    assert act.details == {"about": "one person"}
    assert "s_a" not in json.dumps(act.facts)


def test_the_script_hears_how_far_all_of_them_are(database, demo, auditor):
    auditor.post(BASE, {"format": "csv"})
    with database.transaction() as session:
        claimed = exports.claim(session)
        exports.keep(session, claimed, counted=2000, written=1000)
    answer = auditor.get(f"{BASE}/progress")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json == {
        "items": [
            {
                "id": str(claimed.id), "open": True, "done": 1000, "of": 2000,
                "text": "1,000 of 2,000 rows",
            }
        ]
    }  # fmt: skip
    page = auditor.get(BASE).text
    assert re.search(r'<progress [^>]*max="2000" value="1000"', page)


def test_a_failed_one_says_why_and_an_expired_one_has_no_file(database, demo, settings, auditor):
    filled(database, demo)
    auditor.post(BASE, {"format": "csv"})
    Jobs(database, settings).step()
    export = the_one(database, demo)
    with (
        time_machine.travel(clock.now() + leases.LEASE * 40_000),
        database.transaction() as session,
    ):
        exports.expire(session)
    assert found(database, export).state == "expired"
    assert auditor.get(f"{BASE}/{export.id}/file").status_code == 409
    auditor.post(BASE, {"format": "csv"})
    with database.transaction() as session:
        exports.fail(session, exports.claim(session), "There is no room.")
    assert "There is no room." in auditor.get(BASE).text


def test_another_sites_export_is_not_there(app, database, demo, auditor):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        export = exports.ask(session, exports.Asked("csv", Search(other.site.id)), "m_x")
    for more in ("", "/file", "/manifest"):
        assert auditor.get(f"{BASE}/{export.id}{more}").status_code == 404
        assert auditor.get(f"/console/sites/other/exports/{export.id}{more}").status_code == 404
    assert auditor.post(f"{BASE}/{export.id}/cancel").status_code == 404
    assert str(export.id) not in auditor.get(BASE).text


def test_older_ones_are_on_the_next_page(database, demo, auditor):
    with database.transaction() as session:
        for _ in range(26):
            exports.ask(session, exports.Asked("csv", Search(demo.site.id)), "m_x")
    first = auditor.get(BASE).text
    (url,) = re.findall(r'href="(/console/sites/demo/exports\?cursor=[^"]+)"', first)
    assert auditor.get(url).text.count('data-id="') == 1


def test_schedules_are_begun_paused_resumed_and_taken_away(
    app, database, demo, settings, tmp_path, monkeypatch
):
    admin = logged_in(app.test_client(), database, Role.ADMIN, demo.site.id)
    url = f"{BASE}/schedules"
    assert "CONSENT_EXPORT_FOLDER" in admin.get(url).text
    object.__setattr__(app.extensions["consent"].settings, "export_folder", (str(tmp_path),))
    given = {"format": "jsonl", "every": "month", "hour": "3", "folder": str(tmp_path)}
    for name, value in (("every", "year"), ("hour", "99"), ("folder", "/etc"), ("format", "pdf")):
        answer = admin.post(url, {**given, name: value})
        assert answer.status_code == 422
        assert f'href="#{name}"' in answer.text
    assert admin.post(url, given).status_code == 303
    with database.reading() as session:
        (schedule,) = exports.schedules.listed(session, demo.site.id)
    assert "every month" in admin.get(url).text
    assert admin.post(f"{url}/{schedule.id}/pause").status_code == 303
    assert "paused" in admin.get(url).text
    assert admin.post(f"{url}/{schedule.id}/resume").status_code == 303
    assert admin.post(f"{url}/{schedule.id}/end").status_code == 303
    assert admin.post(f"{url}/{schedule.id}/end").status_code == 404
    with database.reading() as session:
        verbs = [each.verb for each in staff.events(session, staff.Trail(verb="schedule."))]
        log_id = ledger.log_id_of(session, demo.site.id)
    assert verbs == ["schedule.end", "schedule.resume", "schedule.pause", "schedule.begin"]
    assert log_id
