"""The console with a million records: each kind of search, the dashboard, beside bare scans."""

import sqlite3
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import insert, text
from sqlalchemy.engine import make_url

from consent import clock, insights, migrate, records
from consent.db import Database
from consent.insights.models import InsightCount
from consent.records import Action, Granted, Known, Search
from consent.records.models import ConsentRecord
from consent.storage import postgresql
from tests.bench import databases
from tests.factories import Demo, a_decision, a_published_site

RECORDS = 1_000_000
AT_ONCE = 50_000
ROUNDS = 40
DAYS = 365
DAY = timedelta(days=1)
REGIONS = ("DE", "FR", "NL", "GB", "US-CA", "IT", "ES", "PL")
BARE = "SELECT count(*) FROM consent_record WHERE language = 'fi'"


def run(folder: Path, count: int = RECORDS) -> None:
    """Fill each database at hand and time what staff do most."""
    print(f"\nThe console with {count:,} records of {DAYS} days (ms, each {ROUNDS} times)")
    for label, url in databases.each(folder):
        _on(label, url, count)


def _on(label: str, url: str, count: int) -> None:
    database = Database(url)
    migrate.upgrade(database)
    with database.transaction() as session:
        demo = a_published_site(session)
        records.capture(session, demo.site, a_decision(demo), Known(), None)
    began = time.monotonic()
    end = clock.now() - DAY
    _months(database, end)
    _fill(database, end, count)
    _fill_counts(database, demo, end)
    print(f"  {label}: filled in {time.monotonic() - began:.0f} s")
    print(f"  {'':44}{'median':>9}{'p95':>9}{'found':>12}")
    for name, search, page in _searches(database, demo, end):
        _time(name, lambda search=search, page=page: _find(database, search, page))
    year = (end - DAYS * DAY, end)
    _time("dashboard of a year", lambda: _figures(database, demo, *year))
    _bare(url)
    database.close()


def _months(database: Database, end: datetime) -> None:
    """Make the months of the past, as they would have been made in their time."""
    if database.engine.dialect.name != "postgresql":
        return
    with database.transaction() as session:
        start = (end - (DAYS + 31) * DAY).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        while start <= end:
            after = datetime(start.year + start.month // 12, start.month % 12 + 1, 1, tzinfo=UTC)
            postgresql._make_partition(session, "consent_record", start, after)
            start = after


def _fill(database: Database, end: datetime, count: int) -> None:
    """Multiply one record inside the database: nothing else makes a million in a minute."""
    name = database.engine.dialect.name
    columns = [column.name for column in ConsentRecord.__table__.columns]
    values = {**{column: f"m.{column}" for column in columns}, **_CHANGED, **_BY_DIALECT[name]}
    words = (
        f"INSERT INTO consent_record ({', '.join(columns)}) "
        f"SELECT {', '.join(values[column] for column in columns)} "
        f"FROM ({_SERIES[name]}) AS s, (SELECT * FROM consent_record LIMIT 1) AS m"
    )
    # A colon of JSON is no parameter.
    step = clock.to_ms(end) - clock.to_ms(end - DAYS * DAY)
    facts = {"first": clock.to_ms(end - DAYS * DAY), "step": step // count}
    with database.engine.connect() as connection:
        if name == "postgresql":
            connection.execute(text("SET statement_timeout = 0"))
        for first in range(0, count, AT_ONCE):
            portion = {"low": first, "high": first + AT_ONCE - 1}
            connection.execute(text(words.replace('":', '"\\:')), {**facts, **portion})
            connection.commit()
            database.tidy()
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(text("ANALYZE"))


def _one_of(values: tuple[str, ...], factor: int) -> str:
    """Return SQL that picks one of some values by the row's number, as good as at random."""
    cases = " ".join(f"WHEN {at} THEN '{value}'" for at, value in enumerate(values))
    return f"CASE (n * {factor} + n / 97) % {len(values)} {cases} END"


# What differs from row to row; all else is as in the first.
_CHANGED = {
    "entry_id": "1000000 + n",
    "action": _one_of(tuple(Action), 7919),
    "notice_version": "1 + (n * 31 + n / 89) % 6",
    # Somebody from Finland comes once in a hundred thousand.
    "language": f"CASE WHEN n % 100000 = 77 THEN 'fi' ELSE {_one_of(('en', 'de', 'fr'), 17)} END",
}
_JSON = {
    "categories": _one_of(
        (
            '{"functional":true,"targeting":false,"performance":true}',
            '{"functional":true,"targeting":true,"performance":false}',
        ),
        13,
    ),
    "vendors": _one_of(('{"acme":{"consent":["targeting"]}}', '{"acme":{"consent":[]}}'), 13),
    "claims": _one_of(
        tuple(
            f'{{"layout":null,"model":null,"region":"{region}","region_source":"attribute",'
            f'"snippet":null}}'
            for region in REGIONS
        ),
        101,
    ),
    "disagrees": "CASE WHEN n % 200 = 3 THEN '[\"region\"]' ELSE '[]' END",
}
_TRUTHS = {"late": "n % 100 = 7", "gpc": "n % 33 = 5"}
_BY_DIALECT = {
    "sqlite": {
        **_JSON,
        **_TRUTHS,
        "recorded_at": ":first + n * :step",
        "id": "printf('%012x', :first + n * :step) || lower(hex(randomblob(10)))",
        "subject_id": "'s_' || lower(hex(randomblob(11)))",
    },
    "postgresql": {
        **{name: f"({words})\\:\\:json" for name, words in _JSON.items()},
        **_TRUTHS,
        "recorded_at": "to_timestamp((:first + n * :step) / 1000.0)",
        "id": "(lpad(to_hex(:first + n * :step), 12, '0') "
        "|| substr(md5(random()\\:\\:text), 1, 20))\\:\\:uuid",
        "subject_id": "'s_' || substr(md5(random()\\:\\:text), 1, 22)",
    },
}
_SERIES = {
    "sqlite": "WITH RECURSIVE c(n) AS (SELECT :low UNION ALL SELECT n + 1 FROM c WHERE n < :high) "
    "SELECT n FROM c",
    "postgresql": "SELECT generate_series(:low, :high)\\:\\:bigint AS n",
}


def _fill_counts(database: Database, demo: Demo, end: datetime) -> None:
    """Lay down counts as a year makes them: about 400 a day, and as many a month."""
    facets = {
        "all": ("",), "answer": ("first",), "region": tuple(f"R{n}" for n in range(40)),
        "version": tuple(map(str, range(1, 7))), "language": ("en", "de", "fr", "es"),
        "layout": ("center", "tab"), "gpc": ("yes", "no"),
        "device": ("phone", "tablet", "computer", "unknown"),
        "granted": ("functional", "targeting", "performance"),
        "refused": ("functional", "targeting", "performance"),
    }  # fmt: skip
    found: Counter[tuple[datetime, str, str, str]] = Counter()
    last = end.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in (last - number * DAY for number in range(DAYS)):
        for facet, values in facets.items():
            for value, action in product(values, Action):
                found[day, facet, value, action.value] += 7
                if facet not in {"all", "answer"}:
                    found[day.replace(day=1), f"{facet}/month", value, action.value] += 7
    names = ("day", "facet", "value", "action")
    same = {"site_id": demo.site.id, "late": False, "suspicious": False}
    rows = [
        {**same, **dict(zip(names, key, strict=True)), "number": number}
        for key, number in found.items()
    ]
    with database.transaction() as session:
        session.execute(insert(InsightCount), rows)


def _searches(
    database: Database, demo: Demo, end: datetime
) -> Iterator[tuple[str, Search, dict[str, Any]]]:
    site = demo.site.id
    with database.reading() as session:
        some = records.find(session, Search(site, end=end - 100 * DAY)).rows[0]
    month = {"start": end - 60 * DAY, "end": end - 30 * DAY}
    yield "everything, newest first", Search(site), {}
    yield "a page from the middle", Search(site), {"before": some.id}
    yield "and back", Search(site), {"after": some.id}
    yield "one record by its id", Search(site, record=some.id), {}
    yield "one person", Search(site, subject=some.subject_id), {}
    yield "a month", Search(site, **month), {}
    yield "an action", Search(site, action="withdraw"), {}
    yield "a category refused", Search(site, category=Granted("targeting", granted=False)), {}
    yield "a company refused", Search(site, vendor=Granted("acme", granted=False)), {}
    yield "a version", Search(site, version=3), {}
    yield "a region", Search(site, region="US"), {}
    yield "a language that is rare", Search(site, language="fi"), {}
    yield "a language that nobody has", Search(site, language="is"), {}
    yield "the same, far", Search(site, language="fi"), {"far": True}
    yield "late", Search(site, late=True), {}
    yield "suspicious", Search(site, suspicious=True), {}
    yield "late and suspicious", Search(site, late=True, suspicious=True), {}
    yield "privacy signal", Search(site, gpc=True), {}
    combined = {**month, "region": "DE", "category": Granted("targeting"), "gpc": True}
    yield "month, region, category and signal", Search(site, **combined), {}


def _find(database: Database, search: Search, page: dict[str, Any]) -> str:
    with database.reading() as session:
        found = records.find(session, search, **page)
        total = records.total(session, search)
    more = "" if total.is_exact else "+"
    return f"{len(found.rows)} of {total.number:,}{more}"


def _figures(database: Database, demo: Demo, start: datetime, end: datetime) -> str:
    with database.reading() as session:
        found = insights.figures(session, demo.site.id, start, end, days_each=30)
    return f"{found.whole.tally.decisions:,}"


def _time(name: str, work: Callable[[], str]) -> None:
    work()
    took = []
    for _ in range(ROUNDS):
        began = time.monotonic()
        said = work()
        took.append((time.monotonic() - began) * 1000)
    p95 = sorted(took)[int(len(took) * 0.95)]
    print(f"    {name:42}{statistics.median(took):>9.1f}{p95:>9.1f}{said:>16}")


def _bare(url: str) -> None:
    """Say what the database alone takes to look at every row once."""
    parsed = make_url(url)
    began = time.monotonic()
    if parsed.get_backend_name() == "sqlite":
        with sqlite3.connect(str(parsed.database)) as bare:
            bare.execute(BARE).fetchone()
    else:
        address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        with (
            psycopg.connect(address) as bare,
            bare.cursor() as cursor,
            cursor.copy(f"COPY ({BARE}) TO STDOUT") as copy,
        ):
            list(copy)
    print(f"    {'bare scan for a language, once':42}{(time.monotonic() - began) * 1000:>9.1f}")
