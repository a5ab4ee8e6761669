"""`consent ledger`: look after the evidence logs, and hand them to a static host."""

import sys
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy.orm import Session
from tqdm import tqdm

from consent import config, ledger, sites, staff
from consent.cli.context import opened
from consent.db import Database
from consent.errors import LedgerKeyError
from consent.sequencer import Sequencer

SITE = click.option("--site", "site_key", help="The site's key; without it the instance's own log.")


@click.group("ledger")
def command() -> None:
    """Place, sign, continue and hand on the evidence logs."""


@command.command("status")
def status() -> None:
    """Say of each log how large it is, what of it is public, and which keys sign it."""
    settings, database = opened()
    with database.reading() as session:
        for key, log_id in _current(session):
            for epoch in ledger.epochs(session, log_id):
                name = epoch.origin or ledger.origin_of(settings.public_url, key)
                shown = ledger.published(session, epoch.log_id)
                ended = "" if epoch.is_current else ", ended"
                public = f"{shown.size} leaves public" if shown else "nothing public yet"
                click.echo(f"{name}{ended}: {public}")
                for known in ledger.signing_keys(
                    session, epoch.log_id, name, settings.ledger_seeds
                ):
                    until = "" if known.until_size is None else f" to {known.until_size}"
                    click.echo(f"  {known.vkey}  from {known.from_size}{until}")
        found = ledger.waiting(session)
    click.echo(f"About {found.leaves} leaves wait for their place.")


@command.command("sequence")
def sequence() -> None:
    """Place what waits and show it now; the worker does so every second anyway."""
    settings, database = opened()
    sequencer = Sequencer(database, settings)
    placed = sequencer.step()
    shown = sum(sequencer.show(each.log_id) for each in _unshown(database))
    click.echo(f"{placed} leaves were placed, {shown} checkpoints shown.")


@command.command("export-tiles")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@SITE
@click.option("--epoch", type=click.IntRange(min=1), help="An earlier epoch of the log.")
def export_tiles(folder: Path, site_key: str | None, epoch: int | None) -> None:
    """Write a log as files for a static host; run again, it adds what is new."""
    settings, database = opened()
    with database.reading() as session:
        log_id = _log_id(session, site_key)
        if epoch is not None:
            log_id = ledger.find_epoch(session, log_id, epoch).log_id
        shown = ledger.published(session, log_id)
        if shown is None:
            raise click.ClickException("Nothing of this log is public yet: run it again soon.")
        name = site_key or ledger.INSTANCE
        keys = ledger.key_document(
            session, log_id, settings.public_url, name, settings.ledger_seeds
        )
        total = ledger.count_files(shown.size)
        with tqdm(total=total, unit=" files", disable=None, file=sys.stderr) as bar:
            written = ledger.write_files(session, shown, keys, folder, bar.update)
    click.echo(f"{written} of {total} files are new in {folder}; serve them at {keys['origin']}.")


@command.command("epoch")
@SITE
@click.option("--yes", is_flag=True, help="Do not ask.")
def epoch(site_key: str | None, *, yes: bool) -> None:
    """Continue a log whose newest leaves are lost, in a new log that says so.

    For a database that was restored to before what was signed, where no newer one can be found.
    """
    settings, database = opened()
    sequencer = Sequencer(database, settings)
    with database.reading() as session:
        log_id = _log_id(session, site_key)
    mark = sequencer.mark_of(log_id)
    if not yes:
        click.confirm(
            "What was signed after this database's last checkpoint is lost. Go on?", abort=True
        )
    begun = _begin(database, log_id, mark, stolen=False)
    sequencer.step()
    _say(begun)


@command.command("rotate-key")
@click.option("--stolen", is_flag=True, help="The old key signs nothing more, from now on.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def rotate_key(*, stolen: bool, yes: bool) -> None:
    """Make a new signing key; both sign for 90 days, then the old one ends.

    With --stolen the old key ends now, and each log continues in a new one.
    """
    if config.load().ledger_key:
        raise LedgerKeyError(
            "CONSENT_LEDGER_KEY is set, so its keeper adds the new seed: old and new, comma "
            f"separated, newest last. Here is a fresh one: {config.new_seed()}"
        )
    settings, database = opened()
    if stolen and not yes:
        click.confirm("Every log ends and continues under another name. Go on?", abort=True)
    marks = Sequencer(database, settings)
    with database.reading() as session:
        logs = [(log_id, marks.mark_of(log_id)) for _, log_id in _current(session)]
    renewed = config.add_seed(settings, alone=stolen)
    sequencer = Sequencer(database, renewed)
    for log_id, mark in logs:
        if stolen and mark:
            _say(_begin(database, log_id, mark, stolen=True))
        sequencer.show(log_id)
    sequencer.step()
    with database.transaction() as session:
        verb = "ledger.revoke_key" if stolen else "ledger.rotate_key"
        staff.note(session, ledger.instance_log(session), verb, {})
    click.echo(f"The new key is in {Path(settings.state_dir) / 'ledger_key'}: keep a copy of it.")
    click.echo("Start the service and the worker again on every node, with the same file.")


def _begin(database: Database, log_id: int, mark: str | None, *, stolen: bool) -> ledger.Begun:
    with database.transaction() as session:
        begun = ledger.begin(session, log_id, mark, stolen=stolen)
        facts = {"kept": begun.kept, "new": begun.new, "old": begun.old}
        staff.note(session, ledger.instance_log(session), "ledger.epoch", facts)
    return begun


def _say(begun: ledger.Begun) -> None:
    click.echo(f"{begun.old} ends at {begun.kept} leaves and goes on as {begun.new}.")
    click.echo(
        f"{begun.lost} leaves that were signed are lost; {begun.moved} moved to the new log."
    )


def _current(session: Session) -> Iterator[tuple[str, int]]:
    instance = ledger.instance_log_id(session)
    if instance is not None:
        yield ledger.INSTANCE, instance
    for site in sites.all_sites(session):
        yield site.key, ledger.log_id_of(session, site.id)


def _log_id(session: Session, site_key: str | None) -> int:
    if site_key is None:
        found = ledger.instance_log_id(session)
        if found is None:
            raise click.ClickException("Nothing has happened outside the sites: no such log yet.")
        return found
    return ledger.log_id_of(session, sites.find(session, site_key).id)


def _unshown(database: Database) -> list[ledger.Unshown]:
    with database.reading() as session:
        return ledger.unshown(session)
