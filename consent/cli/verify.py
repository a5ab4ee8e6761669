"""`consent verify`: what an outsider checks of a log, from an address or from files alone."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click
from tqdm import tqdm

from consent import verification
from consent.cli.context import opened
from consent.verification import Asked, NotHeldError, Report


def _vkeys(_context: click.Context, _option: click.Parameter, given: tuple[str, ...]) -> list[str]:
    try:
        verification.Keys(given)
    except ValueError as error:
        raise click.BadParameter(f"{error}. A key looks like NAME+8 HEX DIGITS+BASE64.") from error
    return list(given)


@click.command("verify")
@click.argument("target")
@click.option("--vkey", "vkeys", multiple=True, callback=_vkeys, help="A key you know the log by.")
@click.option(
    "--old",
    "olds",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file that holds an earlier checkpoint; may be repeated.",
)
@click.option("--min-index", type=click.IntRange(0), default=0, help="Rows below it may be pruned.")
@click.option("--deep", is_flag=True, help="The database here: TARGET is an address or a site.")
@click.option(
    "--token-file",
    type=click.File(),
    help="A file that holds an auditor's API token, or -: for a log that is not public.",
)
def command(  # noqa: PLR0913 - an option each
    *,
    target: str,
    vkeys: list[str],
    olds: tuple[Path, ...],
    min_index: int,
    token_file: TextIO | None,
    deep: bool,
) -> None:
    """Check a log address, a folder of tiles, an export with its manifest, a pack or a receipt."""
    is_address = verification.is_address(target)
    if not deep and (problem := verification.unfit(target, vkeys)):
        raise click.UsageError(problem)
    if min_index and not is_address and not (Path(target) / "checkpoint").is_file():
        raise click.UsageError("--min-index is for a log address or a folder of tiles.")
    if deep and (min_index or vkeys or olds) and not is_address:
        raise click.UsageError("--vkey, --old and --min-index need an address beside --deep.")
    read = [each.read_bytes().decode("utf-8", "replace") for each in olds]
    try:
        with _bar(target) as tick:
            reports = []
            if not deep or is_address:
                token = token_file.read().strip() if token_file else None
                asked = Asked(vkeys, read, min_index, tick=tick, token=token)
                reports.append(verification.check(target, asked))
            if deep:
                reports.append(_deep(target, tick))
    except NotHeldError as error:
        click.echo(f"FAILED: {error}.")
        sys.exit(1)
    for report in reports:
        _say(report)


def _deep(target: str, tick: Callable[[int], object]) -> Report:
    _, database = opened()
    origin = target.partition("://")[2].rstrip("/").lower() or None
    with database.reading() as session:
        log = verification.log_of(session, target, origin)
        return verification.check_deep(session, log, tick)


@contextmanager
def _bar(name: str) -> Iterator[Callable[[int], object]]:
    with tqdm(disable=None, file=sys.stderr, desc=name, unit_scale=True) as bar:
        yield bar.update


def _say(report: Report) -> None:
    for line in report.held:
        click.echo(f"HELD: {line}.")
    for name, count in sorted(report.counts.items()):
        click.echo(f"  {count:>12,} {name}")
    for line in report.unproved:
        click.echo(f"NOT PROVED: {line}.")
