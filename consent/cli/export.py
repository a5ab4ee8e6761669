"""`consent export`: the records of a site, streamed to a file."""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import click
from tqdm import tqdm

from consent import exports, records, sites
from consent.cli.context import opened


@click.command("export")
@click.option("--site", "site_key", required=True, help="The site's key.")
@click.option("--from", "start", type=click.DateTime(), help="First moment, UTC, included.")
@click.option("--to", "end", type=click.DateTime(), help="Last moment, UTC, not included.")
@click.option(
    "--format",
    "key",
    default="csv",
    show_default=True,
    type=click.Choice([item.key for item in exports.TABLE]),
)
@click.option("--output", required=True, type=click.Path(dir_okay=False, allow_dash=True))
def command(
    site_key: str, start: datetime | None, end: datetime | None, key: str, output: str
) -> None:
    """Write all records of a period; memory stays the same however many there are."""
    _, database = opened()
    kind = exports.format_named(key)
    with database.reading() as session, _target(output) as stream:
        site = sites.find(session, site_key)
        search = records.Search(site.id, _utc(start), _utc(end))
        counted = records.count(session, search)
        with tqdm(
            total=counted, unit=" records", disable=None, file=sys.stderr, desc=site_key
        ) as bar:
            total = exports.run(
                session, site, search, kind, stream, counted=counted, progress=bar.update
            )
    if total.written != total.counted:
        click.echo(f"{total.written} of {total.counted} records were written.", err=True)
        sys.exit(1)
    click.echo(f"{total.written} records are in {output}; the database holds as many.", err=True)


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
