"""Schedules: the period just over, once, whoever looks and however long nobody did."""

import json
import threading

import pytest
import time_machine

from consent import exports, staff
from consent.errors import ExportStateError, InvalidFieldsError, NotFoundError
from consent.exports import Every, Plan, schedules
from tests.exports.background import STAFF, filled, found, jobs_of
from tests.exports.evidence import decided, moment
from tests.factories import a_published_site


def a_plan(folder="/srv/exports", **changes) -> Plan:
    return Plan(**{"kind": "csv", "every": "day", "hour": 3, "folder": str(folder), **changes})


def begun(session, site_id: int, plan: Plan):
    return schedules.add(session, site_id, plan, STAFF, allowed=[plan.folder])


@pytest.mark.parametrize(
    ("every", "start", "end"),
    [
        (Every.DAY, "2026-11-26T00:00:00", "2026-11-27T00:00:00"),
        (Every.WEEK, "2026-11-23T00:00:00", "2026-11-30T00:00:00"),
        (Every.MONTH, "2026-11-01T00:00:00", "2026-12-01T00:00:00"),
    ],
)
def test_periods_are_those_of_the_calendar_in_utc(every, start, end):
    assert schedules.begin_of(every, moment("2026-11-26T15:30:00")) == moment(start)
    assert schedules.end_of(every, moment(start)) == moment(end)


def test_months_follow_each_other_through_a_leap_year():
    start = moment("2027-12-01T00:00:00")
    seen = []
    for _ in range(4):
        start = schedules.end_of(Every.MONTH, start)
        seen.append(f"{start:%Y-%m}")
    assert seen == ["2028-01", "2028-02", "2028-03", "2028-04"]


def test_a_period_is_asked_for_once_when_it_is_over(session, demo):
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False) as now:
        schedule = begun(session, demo.site.id, a_plan())
        assert schedules.run_due(session) == []
        now.move_to("2026-11-27T03:04:00Z")
        assert schedules.run_due(session) == []
        now.move_to("2026-11-27T03:05:00Z")
        assert schedules.is_any_due(session)
        (export,) = schedules.run_due(session)
        assert not schedules.is_any_due(session)
        assert schedules.run_due(session) == []
    assert export.conditions == {
        "from": "2026-11-26T00:00:00.000Z",
        "to": "2026-11-27T00:00:00.000Z",
    }
    assert (export.schedule_id, export.folder) == (schedule.id, "/srv/exports")
    assert export.asked_by == staff.WORKER


def test_what_was_missed_is_made_up_for(session, demo):
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False) as now:
        begun(session, demo.site.id, a_plan())
        now.move_to("2026-11-30T10:00:00Z")
        made = schedules.run_due(session)
    assert [each.conditions["from"][:10] for each in made] == [
        "2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29",
    ]  # fmt: skip


def test_two_workers_make_each_period_once(database, demo):
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False), database.transaction() as session:
        begun(session, demo.site.id, a_plan())
    with time_machine.travel("2026-11-30T10:00:00Z", tick=False):
        gate = threading.Barrier(4)

        def work() -> None:
            gate.wait()
            with database.transaction() as session:
                schedules.run_due(session)

        workers = [threading.Thread(target=work) for _ in range(4)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
    with database.reading() as session:
        periods = [each.conditions["from"][:10] for each in exports.listed(session, demo.site.id)]
    assert sorted(periods) == ["2026-11-26", "2026-11-27", "2026-11-28", "2026-11-29"]


def test_a_paused_one_asks_for_nothing_and_leaves_the_pause_out(session, demo):
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False) as now:
        schedule = begun(session, demo.site.id, a_plan())
        schedules.pause(session, schedule)
        now.move_to("2026-11-29T10:00:00Z")
        assert schedules.run_due(session) == []
        schedules.go_on(session, schedule)
        now.move_to("2026-11-30T10:00:00Z")
        assert [each.conditions["from"][:10] for each in schedules.run_due(session)] == [
            "2026-11-29"
        ]


def test_one_that_was_taken_away_is_not_there_any_more(session, demo):
    other = a_published_site(session, "other", "https://other.example")
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False) as now:
        schedule = begun(session, demo.site.id, a_plan())
        kept = begun(session, other.site.id, a_plan())
        with pytest.raises(NotFoundError):
            schedules.find(session, demo.site.id, kept.id)
        schedules.end(session, schedules.find(session, demo.site.id, schedule.id))
        now.move_to("2026-11-30T10:00:00Z")
        made = schedules.run_due(session)
    assert {each.site_id for each in made} == {other.site.id}
    assert schedules.listed(session, demo.site.id) == []
    with pytest.raises(NotFoundError):
        schedules.find(session, demo.site.id, schedule.id)


def test_nonsense_is_refused_field_by_field(session, demo):
    plan = a_plan(every="year", hour=24, folder="/etc")
    with pytest.raises(InvalidFieldsError) as refused:
        schedules.add(session, demo.site.id, plan, STAFF, allowed=["/srv/exports"])
    assert refused.value.fields.keys() == {"every", "hour", "folder"}
    assert schedules.listed(session, demo.site.id) == []


def test_a_scheduled_file_lies_in_its_folder_with_its_manifest_and_does_not_expire(
    database, demo, settings, tmp_path
):
    folder = tmp_path / "handed over"
    folder.mkdir()
    with time_machine.travel("2026-11-26T15:00:00Z", tick=False) as now:
        with database.transaction() as session:
            begun(session, demo.site.id, a_plan(folder))
        filled(database, demo, 3)
        now.move_to("2026-11-27T01:00:00Z")
        with database.transaction() as session:
            decided(session, demo)
        now.move_to("2026-11-27T03:05:00Z")
        worker = jobs_of(database, settings, export_folder=(str(folder),))
        assert worker.step()
    with database.reading() as session:
        (export,) = exports.listed(session, demo.site.id)
    done = found(database, export)
    assert (done.state, done.error, done.written, done.expires_at) == ("done", None, 3, None)
    names = sorted(path.name for path in folder.iterdir())
    assert names == [done.file_name, f"{done.file_name}.manifest.json"]
    assert done.file_name.startswith("demo-csv-2026-11-26-to-2026-11-27-")
    said = json.loads((folder / names[1]).read_text())
    assert said["file"]["sha256"] == done.sha256
    with pytest.raises(ExportStateError):
        exports.downloadable(done)
