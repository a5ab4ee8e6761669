"""`consent export`: the records of a site, its log, or a pack of both, streamed to a file."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO, Self
from uuid import UUID

import click
from tqdm import tqdm

from consent import exports, records, sites
from consent.cli.context import opened
from consent.errors import InvalidFieldsError
from consent.exporter import Exporter, Written
from consent.exports import Asked


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
    type=click.Choice([each.key for each in exports.KINDS]),
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
    _refuse(key, records.Search(0, _utc(start), _utc(end), subject, record), epoch)
    settings, database = opened()
    with database.reading() as session:
        site = sites.find(session, site_key)
    asked = Asked(key, records.Search(site.id, _utc(start), _utc(end), subject, record), epoch)
    with _Bar(site.key) as bar:
        written = Exporter(database, settings).write(site, asked, lambda: _target(output), bar)
    for line in _said(asked, written, output):
        click.echo(line, err=True)


def _refuse(key: str, search: records.Search, epoch: int | None) -> None:
    """Refuse options that do not go together, and say what does."""
    try:
        Asked(key, search, epoch).check()
    except InvalidFieldsError as error:
        name, problems = next(iter(error.fields.items()))
        sentence = problems[0] if isinstance(problems, list) else str(problems)
        raise click.UsageError(f"--{name}: {sentence}") from error


def _said(asked: Asked, written: Written, output: str) -> Iterator[str]:
    if written.promise:
        yield written.promise
    if asked.is_personal and asked.is_evidence:
        yield f"{written.records} records, each with its proof, are in {output}."
    elif asked.kind == exports.PACK:
        yield f"{written.records} records and {written.leaves} leaves are in {output}."
    elif asked.kind == exports.LEDGER:
        yield f"{written.leaves} leaves are in {output}; the log holds as many."
    else:
        yield f"{written.records} records are in {output}; the database holds as many."


class _Bar:
    """A progress bar on a terminal, once it is known how much there is."""

    def __init__(self, site_key: str) -> None:
        self._site_key = site_key
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.close()

    def begin(self, counted: int, noun: str) -> None:
        """Show the bar."""
        self._bar = tqdm(
            total=counted, unit=f" {noun}", disable=None, file=sys.stderr, desc=self._site_key
        )

    def advance(self, written: int) -> None:
        """Move it on."""
        if self._bar is not None:
            self._bar.update(written)


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
