"""`consent subject`: what is kept of one person, and its erasure."""

from uuid import UUID

import click
from sqlalchemy.orm import Session

from consent import clock, records, sites
from consent.cli.context import opened
from consent.db import Database
from consent.errors import NotPlacedError
from consent.sequencer import Sequencer
from consent.sites import Site

# A row that is being recorded at this moment has its place a moment later.
TIMES_TO_PLACE = 20
SECONDS_TO_SHOW = 10.0


@click.group("subject")
def command() -> None:
    """Show what is kept of a person; erase it.

    A person is named by the id s_... of records and exports, or by --record and the id of any of
    their records, as it stands in the preference center and on receipts.
    """


@command.command("show")
@click.argument("subject_id", metavar="ID", required=False)
@click.option("--record", "record_id", type=click.UUID, help="The id of one of their records.")
@click.option("--site", "site_key", required=True, help="The site's key.")
def show(subject_id: str | None, record_id: UUID | None, site_key: str) -> None:
    """Say how many records there are of a person, of when, and whether a hold keeps them."""
    _check(subject_id, record_id)
    _, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
        found = records.person(session, site, _id(session, site, subject_id, record_id))
    click.echo(f"Person: {found.subject_id}")
    click.echo(f"Records: {found.records}{_between(found)}")
    for hold in found.holds:
        since = clock.to_text(hold.added_at)
        click.echo(f"Held: by {hold.id} since {since}, so nothing can be erased")
    if not found.holds:
        click.echo("Held: no")


@command.command("erase")
@click.argument("subject_id", metavar="ID", required=False)
@click.option("--record", "record_id", type=click.UUID, help="The id of one of their records.")
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--reason", required=True, help="Why; kept beside the log. Do not name the person.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase(
    subject_id: str | None, record_id: UUID | None, site_key: str, reason: str, *, yes: bool
) -> None:
    """Erase all that is kept of a person. The log stays whole and says that rows were erased."""
    _check(subject_id, record_id)
    settings, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
        found = records.person(session, site, _id(session, site, subject_id, record_id))
    if not yes:
        click.echo(f"{found.records} records{_between(found)} of this person will be erased.")
        click.confirm("This cannot be undone. Erase them?", abort=True)
    sequencer = Sequencer(database, settings)
    erased = _erased(database, sequencer, site, found.subject_id, reason)
    click.echo(f"Erased: {found.records} records{_between(found)}, request {erased.request}.")
    finish(database, sequencer, erased)


def finish(database: Database, sequencer: Sequencer, erased: records.Erased) -> None:
    """Show the erasure in the log, so that exports agree at once, and purge the database."""
    try:
        is_shown = sequencer.cover(erased.entry_id, SECONDS_TO_SHOW)
    finally:
        is_purged = database.purge()
    click.echo(
        f"The log names the {erased.leaves} erased leaves."
        if is_shown
        else "The log does not show the erasure yet: see that `consent worker` runs. Until then "
        "exports of the log have to wait."
    )
    if not is_purged:
        click.echo(
            "Somebody reads the database at length, so copies of the rows may still lie in its "
            "write-ahead log: the worker empties it within a day."
        )
    click.echo("Backups and exports made before still hold the records until they are thrown away.")


def _erased(
    database: Database, sequencer: Sequencer, site: Site, subject_id: str, reason: str
) -> records.Erased:
    with database.reading() as session:
        logs = records.logs_of(session, site)
    for left in reversed(range(TIMES_TO_PLACE)):
        for log_id in logs:
            sequencer.place(log_id)
        try:
            with database.transaction() as session:
                return records.erase(session, site, subject_id, reason)
        except NotPlacedError as error:
            logs = list(error.log_ids)
            if not left:
                raise
    raise AssertionError


def _check(subject_id: str | None, record_id: UUID | None) -> None:
    if (subject_id is None) == (record_id is None):
        raise click.UsageError("Name the person by ID or by --record RECORD_ID, not by both.")


def _id(session: Session, site: Site, subject_id: str | None, record_id: UUID | None) -> str:
    if record_id is not None:
        return records.subject_of(session, site, record_id)
    assert subject_id is not None
    return subject_id


def _between(found: records.Person) -> str:
    if not (found.first and found.last):
        return ""
    return f" from {clock.to_text(found.first)} to {clock.to_text(found.last)}"
