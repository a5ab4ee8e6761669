"""`consent subject`, `consent hold`, `consent site retention`: what they do, print and refuse."""

import json
import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from consent import ledger, notices, records, sites
from consent.cli import subject as subject_command
from consent.errors import NotPlacedError
from consent.records.models import ConsentRecord, Erasure, LegalHold
from tests.cli.test_commands import run, shop  # noqa: F401 - fixtures
from tests.factories import Demo
from tests.records.keeping import a_person, age, left, payloads

WORDS = ("--site", "shop", "--reason", "a letter")
YEAR = timedelta(days=365)


@pytest.fixture
def made(shop, database) -> Demo:  # noqa: F811
    with database.reading() as session:
        site = sites.find(session, shop)
        return Demo(site, notices.in_force(session, site.id))


def head(database, made) -> tuple[int, int]:
    """Return the size of the log and of its newest public checkpoint."""
    with database.reading() as session:
        log_id = ledger.log_id_of(session, made.site.id)
        shown = ledger.published(session, log_id)
        leaves = len(ledger.leaves(session, log_id, 0, 10_000))
        return leaves, shown.size if shown else 0


def test_show_says_how_many_of_when_and_whether_a_hold_keeps_them(run, made, database):  # noqa: F811
    person, records_ = a_person(database, made, 3)
    status, out, _ = run("subject", "show", person, "--site", "shop")
    assert (status, "Records: 3 from " in out, "Held: no" in out) == (0, True, True)
    held = run("hold", "add", "--subject", person, *WORDS)[1].strip()
    by_record = run("subject", "show", "--record", str(records_[1].id), "--site", "shop")
    assert by_record[0] == 0
    assert f"Person: {person}" in by_record[1]
    assert f"Held: by {held} since " in by_record[1]


def test_erase_places_erases_shows_and_says_so(run, made, database):  # noqa: F811
    person, _ = a_person(database, made, 2)
    a_person(database, made)
    status, out, _ = run("subject", "erase", person, "--yes", *WORDS)
    assert (status, "Erased: 2 records from " in out) == (0, True)
    assert "The log names the 2 erased leaves." in out
    assert person not in out
    [said] = payloads(database, made, "erase")
    assert said["req"] in out
    size, shown = head(database, made)
    assert size == shown > said["erased"][-1] + 1
    status, _, err = run("subject", "erase", person, "--yes", *WORDS)
    assert (status, "nothing is left to erase" in err) == (1, True)
    assert left(database, ConsentRecord) == left(database, Erasure) == 1


def test_erase_takes_a_record_instead_of_the_person(run, made, database):  # noqa: F811
    _, [record] = a_person(database, made)
    words = ("--record", str(record.id), "--yes", *WORDS)
    assert run("subject", "erase", *words)[0] == 0
    status, _, err = run("subject", "erase", *words)
    assert (status, "no such record" in err) == (1, True)


def test_erase_asks_and_without_a_yes_nothing_is_done(run, made, database, monkeypatch):  # noqa: F811
    person, _ = a_person(database, made)
    for answer, status in ((False, 1), (True, 0)):
        monkeypatch.setattr("click.termui.visible_prompt_func", lambda _, a=answer: "ny"[a])
        found = run("subject", "erase", person, *WORDS)
        assert found[0] == status
        assert "1 records from " in found[1]
        assert left(database, ConsentRecord) == 1 - int(answer)


def test_erase_stops_at_a_hold_with_what_to_do(run, made, database):  # noqa: F811
    person, _ = a_person(database, made)
    held = run("hold", "add", "--subject", person, *WORDS)[1].strip()
    status, _, err = run("subject", "erase", person, "--yes", *WORDS)
    assert (status, f"consent hold release {held} --site shop" in err) == (1, True)
    assert left(database, ConsentRecord) == 1
    assert run("hold", "release", held, *WORDS)[0] == 0
    assert run("subject", "erase", person, "--yes", *WORDS)[0] == 0
    assert left(database, LegalHold) == 0


def test_a_decision_that_comes_after_the_placing_is_placed_too(run, made, database, monkeypatch):  # noqa: F811
    person, _ = a_person(database, made)
    real, tries = records.erase, []

    def late(*arguments):
        tries.append(1)
        if len(tries) < 3:
            raise NotPlacedError([])
        return real(*arguments)

    monkeypatch.setattr(records, "erase", late)
    assert run("subject", "erase", person, "--yes", *WORDS)[0] == 0
    tries.clear()
    monkeypatch.setattr(subject_command, "TIMES_TO_PLACE", 1)
    other, _ = a_person(database, made)
    status, _, err = run("subject", "erase", other, "--yes", *WORDS)
    assert (status, "try again in a second" in err) == (1, True)


@pytest.mark.parametrize(
    "words",
    [
        ("subject", "erase", *WORDS), ("subject", "show", "--site", "shop"),
        ("subject", "show", "s_a", "--record", "0193d7e0-0000-7000-8000-000000000000", *WORDS[:2]),
        ("subject", "erase", "s_a", "--site", "shop"), ("subject", "erase", "s_a", "--reason", "x"),
        ("subject", "show", "--record", "no-uuid", "--site", "shop"),
        ("hold", "add", "--site", "shop"), ("hold", "add", "--from", "yesterday", *WORDS),
        ("hold", "release", "no-uuid", *WORDS),
        ("hold", "release", "0193d7e0-0000-7000-8000-000000000000", "--subject", "s_a", *WORDS),
        ("site", "retention", "shop", "--dry-run", "--run"),
    ],
)  # fmt: skip
def test_wrong_use_ends_with_2(run, made, words):  # noqa: F811
    assert run(*words)[0] == 2


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("subject", "erase", "s_nobody", "--yes", *WORDS), "nothing is left"),
        (("subject", "show", "s_nobody", "--site", "nobody"), "no such site"),
        (("hold", "add", "--subject", "s_nobody", *WORDS), "subject"),
        (("hold", "add", "--from", "2026-02-01", "--to", "2026-01-01", *WORDS), "--from"),
        (("hold", "add", "--site", "shop", "--reason", ""), "reason"),
        (("hold", "release", *WORDS), "No hold in force"),
        (("hold", "release", "0193d7e0-0000-7000-8000-000000000000", *WORDS), "no such hold"),
        (("site", "retention", "shop", "--keep", "3 years"), "P3Y"),
    ],
)
def test_what_fails_ends_with_1_and_a_sentence(run, made, words, named):  # noqa: F811
    status, _, err = run(*words)
    assert (status, named in err, "Traceback" in err) == (1, True, False), err


def test_a_hold_is_released_by_its_scope_if_that_names_one(run, made, database):  # noqa: F811
    person, _ = a_person(database, made)
    scope = ("--subject", person, "--from", "2026-01-01", "--to", "2027-01-01")
    held = run("hold", "add", *scope, *WORDS)[1].strip()
    assert run("hold", "release", "--subject", person, *WORDS)[0] == 1
    status, out, _ = run("hold", "release", *scope, *WORDS)
    assert (status, held in out) == (0, True)
    both = [run("hold", "add", *WORDS)[1].strip() for _ in range(2)]
    status, _, err = run("hold", "release", *WORDS)
    assert (status, all(each in err for each in both)) == (1, True)
    assert run("hold", "release", both[0], *WORDS)[0] == 0
    assert run("hold", "release", *WORDS)[0] == 0


def test_holds_are_listed_with_scope_and_reason(run, made, database):  # noqa: F811
    run("hold", "add", "--from", "2026-01-01", *WORDS)
    run("hold", "add", "--site", "shop", "--reason", "case 7")
    run("hold", "release", "--site", "shop", "--reason", "closed")
    first, second = run("hold", "list", "--site", "shop")[1].splitlines()
    assert re.search(r"in force\t.*\tall\tfrom 2026-01-01T00:00:00.000Z\tto the last\ta let", first)
    assert re.search(r"released 2.*case 7 / Released: closed$", second)


def test_retention_is_said_set_tried_and_run(run, made, database):  # noqa: F811
    for years in (4, 6, 7):
        age(database, a_person(database, made)[1][0], years * YEAR)
    a_person(database, made)
    with database.transaction() as session:
        [oldest] = session.scalars(
            select(ConsentRecord).order_by(ConsentRecord.recorded_at).limit(1)
        )
        records.hold(session, made.site, records.Scope(oldest.subject_id), "a lawsuit")

    status, out, _ = run("site", "retention", "shop")
    assert (status, "kept for P5Y" in out) == (0, True)
    assert "Older and expired: 1 records from " in out
    assert "Kept by holds: 1 " in out
    out = run("site", "retention", "shop", "--keep", "P3Y", "--dry-run")[1]
    assert "kept for P5Y" in out
    assert "Older and expired: 2 records from " in out
    assert left(database, ConsentRecord) == 4

    assert "kept for P3Y" in run("site", "retention", "shop", "--keep", "P3Y")[1]
    assert left(database, ConsentRecord) == 4
    status, out, _ = run("site", "retention", "shop", "--run")
    assert (status, "Erased: 2 records." in out) == (0, True)
    assert left(database, ConsentRecord) == 2
    [said] = payloads(database, made, "erase")
    assert (said["ground"], len(said["erased"])) == ("retention", 2)
    size, shown = head(database, made)
    assert size == shown
    assert "Erased: 0 records." in run("site", "retention", "shop", "--run")[1]
    acts = [each for each in payloads(database, made, "staff") if each["verb"] == "site.retention"]
    assert json.dumps(acts[0]["facts"], sort_keys=True) == (
        '{"after": "P3Y", "before": "P5Y", "site": "shop"}'
    )
