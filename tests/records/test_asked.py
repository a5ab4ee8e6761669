"""A search in an address: read, refused with its field named, and written again."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from consent import records
from consent.errors import InvalidFieldsError
from consent.records import Granted, Search


def test_a_full_query_is_read_and_written_again():
    query = {
        "from": "2026-11-01",
        "to": "2026-11-30",
        "action": "save",
        "category": "targeting",
        "category_is": "refused",
        "vendor": "acme",
        "version": "3",
        "region": "US-CA",
        "language": "pt-BR",
        "late": "no",
        "suspicious": "yes",
        "gpc": "yes",
        "subject": "s_abc",
        "record": "",
    }
    search = records.asked(7, query)
    assert search == Search(
        7,
        datetime(2026, 11, 1, tzinfo=UTC),
        datetime(2026, 12, 1, tzinfo=UTC),
        "s_abc",
        action="save",
        category=Granted("targeting", granted=False),
        vendor=Granted("acme"),
        version=3,
        region="US-CA",
        language="pt-BR",
        late=False,
        suspicious=True,
        gpc=True,
    )
    assert records.asked(7, records.query_of(search)) == search


def test_a_moment_is_kept_in_utc_and_a_record_by_its_id():
    query = {"to": "2026-11-30T11:00:00+01:00", "record": str(UUID(int=9))}
    search = records.asked(1, query)
    assert search.end == datetime(2026, 11, 30, 10, tzinfo=UTC)
    assert search.record == UUID(int=9)
    assert records.query_of(records.asked(1, {})) == {}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("from", "yesterday"),
        ("from", "9999-12-31"),
        ("to", "0001-01-01"),
        ("to", "2026-13-01"),
        ("to", "1" * 5000),
        ("subject", "s_\0"),
        ("subject", "s_" + "a" * 500),
        ("subject", "alice"),
        ("record", "no-id"),
        ("action", "dance"),
        ("category", "\ud800"),
        ("vendor", "A'--"),
        ("version", "9" * 5000),
        ("version", "0"),
        ("version", str(2**31)),
        ("region", "Germany"),
        ("language", "en\n"),
        ("late", "true"),
        ("suspicious", "1"),
        ("gpc", "\0"),
        ("other", "x"),
        ("category_is", "maybe"),
        ("vendor_is", "granted"),
    ],
)
def test_what_makes_no_sense_is_refused_by_its_name(field, value):
    with pytest.raises(InvalidFieldsError) as caught:
        records.asked(1, {field: value})
    assert field.removesuffix("_is") in {name.removesuffix("_is") for name in caught.value.fields}


def test_a_period_that_ends_before_it_begins_is_refused():
    with pytest.raises(InvalidFieldsError) as caught:
        records.asked(1, {"from": "2026-11-02", "to": "2026-11-01"})
    assert "to" in caught.value.fields


def test_a_cursor_is_an_id_or_refused():
    assert records.place("") is None
    assert records.place(str(UUID(int=5))) == UUID(int=5)
    with pytest.raises(InvalidFieldsError) as caught:
        records.place("\0")
    assert "cursor" in caught.value.fields
