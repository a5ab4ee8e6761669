"""An export holds every record of its site and period, once, and nothing else."""

import io
import json

import pytest
import time_machine
from sqlalchemy.orm import Session

from consent import exports, notices, records
from consent.db import Database
from consent.errors import InvalidFieldsError
from consent.records import Known, Search
from tests.exports.readers import READERS
from tests.factories import Demo, a_decision, a_notice, a_published_site

JSONL = exports.format_named("jsonl")


def decided(session: Session, demo: Demo, **changes: object) -> records.ConsentRecord:
    return records.capture(session, demo.site, a_decision(demo, **changes), Known(), None).record


def exported(session: Session, demo: Demo, kind=JSONL, start=None, end=None) -> tuple:
    stream, search = io.BytesIO(), Search(demo.site.id, start, end)
    counted = records.count(session, search)
    total = exports.run(session, demo.site, search, kind, stream, counted=counted)
    return total, stream.getvalue()


def lines(body: bytes) -> list[dict]:
    return [json.loads(line) for line in body.decode().splitlines()]


@pytest.mark.parametrize("kind", exports.TABLE, ids=lambda kind: kind.key)
def test_as_many_are_written_as_were_counted(database: Database, demo: Demo, kind):
    with database.transaction() as session:
        other = a_published_site(session, "other", "https://other.example")
        for _ in range(3):
            decided(session, demo)
            decided(session, other)
    with database.reading() as session:
        total, body = exported(session, demo, kind)
    assert (total.counted, total.written) == (3, 3)
    assert [row[1] for row in READERS[kind.key](body)] == ["demo"] * 3


def test_a_row_says_what_the_record_says(session, demo):
    record = decided(session, demo, region="US", model="opt_out")
    (row,) = lines(exported(session, demo)[1])
    assert row["record_id"] == str(record.id)
    assert row["subject"] == record.subject_id
    assert (row["category_functional"], row["category_targeting"]) == (True, False)
    assert (row["region"], row["claimed_region"], row["claimed_model"]) == (None, "US", "opt_out")
    assert row["disagrees"] == ["model"]
    assert row["recorded_at"].endswith("Z")


def test_the_first_moment_is_in_and_the_last_is_not(session, demo):
    with time_machine.travel("2026-11-24T10:00:00Z", tick=False) as clock:
        found = []
        for _ in range(3):
            found.append(decided(session, demo))
            clock.shift(3600)
    total, body = exported(session, demo, start=found[0].recorded_at, end=found[2].recorded_at)
    assert [row["record_id"] for row in lines(body)] == [str(record.id) for record in found[:2]]
    assert (total.counted, total.written) == (2, 2)


def test_categories_of_older_versions_are_columns_too(session, demo):
    decided(session, demo)
    changed = a_notice(vendors=[], cookies=[])
    changed["categories"] = [{"key": "necessary", "locked": True}, {"key": "comfort"}]
    changed["texts"]["en"] = {"category_comfort_name": "Comfort", "category_comfort_text": "x"}
    notices.draft(session, demo.site, changed)
    second = Demo(demo.site, notices.publish(session, demo.site))
    decided(session, second, categories={"comfort": True})

    old, new = lines(exported(session, demo)[1])
    assert old.keys() == new.keys()
    assert (old["category_functional"], old["category_comfort"]) == (True, None)
    assert (new["category_functional"], new["category_comfort"]) == (None, True)


@pytest.mark.parametrize("kind", exports.TABLE, ids=lambda kind: kind.key)
def test_a_site_without_records_gives_a_whole_file(session, demo, kind):
    total, body = exported(session, demo, kind)
    assert (total.counted, total.written) == (0, 0)
    assert READERS[kind.key](body) == []


def test_progress_adds_up(session, demo):
    for _ in range(3):
        decided(session, demo)
    told = []
    exports.run(
        session,
        demo.site,
        Search(demo.site.id),
        JSONL,
        io.BytesIO(),
        counted=3,
        progress=told.append,
    )
    assert sum(told) == 3


def test_no_export_carries_a_signed_value_a_key_or_the_salt(session, demo):
    decided(session, demo)
    (row,) = lines(exported(session, demo)[1])
    assert row["subject"].startswith("s_")
    assert "." not in row["subject"]
    assert not {"salt", "payload", "body_digest", "entry_id"} & row.keys()


def test_an_unknown_format_is_refused_with_the_known_ones():
    with pytest.raises(InvalidFieldsError) as refused:
        exports.format_named("pdf")
    assert "csv" in refused.value.fields["format"][0]
