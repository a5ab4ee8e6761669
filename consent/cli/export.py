"""`consent export`: the records of a site, its log, or a pack of both, streamed to a file."""

import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, TypeVar
from uuid import UUID

import click
from sqlalchemy.orm import Session
from tqdm import tqdm

from consent import clock, exports, ledger, records, sites
from consent.cli.context import opened
from consent.config import Settings
from consent.db import Database
from consent.errors import NotFoundError, ProofError
from consent.exports import Extract, Total
from consent.ledger.models import Log
from consent.sequencer import Sequencer

LEDGER, PACK = "ledger", "pack"
EVIDENCE = (LEDGER, PACK)
# Another process may be placing or signing just now: it is done within a second or two.
MOST_TRIES = 40
PAUSE = 0.25
Found = TypeVar("Found")


@click.command("export")
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--from", "start", type=click.DateTime(), help="First moment, UTC, included.")
@click.option("--to", "end", type=click.DateTime(), help="Last moment, UTC, not included.")
@click.option("--subject", help="Only this person's records: the id s_... (not with ledger).")
@click.option("--record", type=click.UUID, help="Only this record (not with ledger).")
@click.option("--epoch", type=click.IntRange(1), help="An earlier epoch of the log.")
@click.option(
    "--format",
    "key",
    default="csv",
    show_default=True,
    type=click.Choice([*(item.key for item in exports.TABLE), *EVIDENCE]),
)
@click.option("--output", required=True, type=click.Path(dir_okay=False, allow_dash=True))
def command(  # noqa: PLR0913 - an option each
    *,
    site_key: str,
    start: datetime | None,
    end: datetime | None,
    subject: str | None,
    record: UUID | None,
    epoch: int | None,
    key: str,
    output: str,
) -> None:
    """Write the records of a period, the log that proves them, or a pack for a regulator.

    Memory stays the same however many there are. `ledger` is the whole log, or what lies between
    the public checkpoints around a period. `pack` is a zip with records, log, notices and a page
    that explains them; with --subject or --record it holds that person's decisions alone.
    """
    asked = records.Search(0, _utc(start), _utc(end), subject, record)
    _refuse(key, asked, epoch)
    settings, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
    search = replace(asked, site_id=site.id)
    if key not in EVIDENCE:
        _flat(database, site, search, key, output)
        return
    order = exports.Order(site, search, clock.now(), settings.public_url, settings.ledger_seeds)
    if order.is_personal:
        _person(settings, database, order, output)
    else:
        _log(settings, database, order, epoch, output, is_pack=key == PACK)


def _refuse(key: str, asked: records.Search, epoch: int | None) -> None:
    """Refuse options that do not go together, and say what does."""
    is_personal = asked.subject is not None or asked.record is not None
    if asked.subject is not None and asked.record is not None:
        raise click.UsageError("Give --subject or --record, not both.")
    if asked.start and asked.end and asked.start >= asked.end:
        raise click.BadParameter("It must be later than --from.", param_hint="--to")
    if key == LEDGER and is_personal:
        raise click.UsageError(
            "A ledger export is a whole log or a period. With --subject or --record use --format "
            "pack, which brings a proof for each record, or csv or jsonl."
        )
    if epoch is not None and (key not in EVIDENCE or is_personal):
        raise click.UsageError(
            "--epoch chooses a log for --format ledger or pack; leave it out here."
        )
    if key == PACK and is_personal and (asked.start or asked.end):
        raise click.UsageError(
            "A pack about one person holds all their decisions: leave --from and --to out."
        )


def _flat(
    database: Database, site: sites.Site, search: records.Search, key: str, output: str
) -> None:
    kind = exports.format_named(key)
    with database.reading() as session:
        counted = records.count(session, search)
        if not counted and (search.subject is not None or search.record is not None):
            raise NotFoundError(f"The site {site.key} has no such record in this period.")
        with _target(output) as stream, _bar(counted, site.key, "records") as bar:
            total = exports.run(
                session, site, search, kind, stream, counted=counted, progress=bar.update
            )
            _check(total, "records")
    click.echo(f"{total.written} records are in {output}; the database holds as many.", err=True)


def _log(  # noqa: PLR0913 - an export is that many facts
    settings: Settings,
    database: Database,
    order: exports.Order,
    epoch: int | None,
    output: str,
    *,
    is_pack: bool,
) -> None:
    """Write a log or a pack of it: place and show first, then one reading for all of it."""
    with _extracted(settings, database, order, epoch) as (session, extract):
        counted = exports.pack.whole.rows_of(session, order, extract)[1] if is_pack else 0
        total = extract.leaves + counted
        with _target(output) as stream, _bar(total, order.site.key, "rows") as bar:
            if is_pack:
                done = exports.pack.whole.write(
                    session, order, extract, stream, counted=counted, progress=bar.update
                )
            else:
                done = exports.write_ledger(session, extract, stream, progress=bar.update)
            _check(done, "rows")
        click.echo(extract.promise, err=True)
    if is_pack:
        click.echo(f"{counted} records and {extract.leaves} leaves are in {output}.", err=True)
    else:
        click.echo(f"{done.written} leaves are in {output}; the log holds as many.", err=True)


def _person(settings: Settings, database: Database, order: exports.Order, output: str) -> None:
    def logs(session: Session) -> Iterable[int]:
        return exports.pack.person.logs_of(session, order)

    def proved(session: Session) -> list[exports.pack.person.Proved] | None:
        return exports.pack.person.proved(session, order)

    with (
        _settled(settings, database, logs, proved) as (session, found),
        _target(output) as stream,
        _bar(len(found), order.site.key, "records") as bar,
    ):
        total = exports.pack.person.write(session, order, found, stream, progress=bar.update)
        _check(total, "records")
    click.echo(f"{total.written} records, each with its proof, are in {output}.", err=True)


@contextmanager
def _extracted(
    settings: Settings, database: Database, order: exports.Order, epoch: int | None
) -> Iterator[tuple[Session, Extract]]:
    site_id, start, end = order.site.id, order.search.start, order.search.end

    def logs(session: Session) -> Iterable[int]:
        # The current one names what was erased of those before it.
        return {ledger.epoch_of(session, site_id, each).id for each in (epoch, None)}

    def chosen(session: Session) -> Extract | None:
        log = ledger.epoch_of(session, site_id, epoch)
        if start is None and end is None:
            return exports.whole(session, log, order.seeds)
        return exports.of_period(session, log, order.seeds, start, end)

    with _settled(settings, database, logs, chosen) as found:
        yield found


@contextmanager
def _settled(
    settings: Settings,
    database: Database,
    logs: Callable[[Session], Iterable[int]],
    look: Callable[[Session], Found | None],
) -> Iterator[tuple[Session, Found]]:
    """Place and show, then look; begin again while something has no signed place yet.

    An erasure that waits names rows which are gone already: exported just then, the log would
    fail its own check (evidence-log design, 7.2).
    """
    sequencer = Sequencer(database, settings)
    for _ in range(MOST_TRIES):
        with database.reading() as session:
            waiting = [each for each in logs(session) if not _has_ended(session, each)]
        for log_id in waiting:
            sequencer.place(log_id)
            sequencer.show(log_id)
        with database.reading() as session:
            found = look(session)
            if found is not None:
                yield session, found
                return
        time.sleep(PAUSE)
    raise ProofError(
        "The log does not come to rest: what waits in it gets no signed place. See `consent "
        "doctor`, and try again."
    )


def _has_ended(session: Session, log_id: int) -> bool:
    return session.get_one(Log, log_id).continued_by is not None


def _check(total: Total, noun: str) -> None:
    """End where rows are missing, before the file gets its name."""
    if total.written != total.counted:
        click.echo(
            f"{total.written} of {total.counted} {noun} were written: nothing is kept.", err=True
        )
        sys.exit(1)


def _bar(total: int, site_key: str, noun: str) -> "tqdm[Any]":
    return tqdm(total=total, unit=f" {noun}", disable=None, file=sys.stderr, desc=site_key)


@contextmanager
def _target(output: str) -> Iterator[BinaryIO]:
    """Write beside the target and put it in place when whole: no half export is ever found."""
    if output == "-":
        yield sys.stdout.buffer
        return
    path = Path(output)
    if not path.parent.is_dir():
        raise click.BadParameter(f"There is no folder {path.parent}.", param_hint="--output")
    with tempfile.NamedTemporaryFile(
        dir=path.parent, prefix=f".{path.name}.", delete=False
    ) as file:
        draft = Path(file.name)
        try:
            yield file  # type: ignore[misc]
            file.flush()
        except BaseException:
            draft.unlink()
            raise
    draft.replace(path)


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None
